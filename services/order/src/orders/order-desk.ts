import {
  type Money,
  maxAmountMinor,
  type OrderLine,
  type OrderView,
  RequestError,
  sumLines,
} from '@order-saga/contracts';
import type { Lanes, MessageFault, Runtime } from '@order-saga/messaging';
import type { Admission } from '../admission/admission.ts';
import type { CancelSaga, OrderAnswer, OrderMessage, StartSaga } from '../orchestrator/messages.ts';
import type { OrderState } from '../orchestrator/rows.ts';
import type { OrderQueries } from './order-queries.ts';
import { orderView } from './views.ts';

/** Where requests become messages: an order is durable, and its key taken, before its client is answered. */
export interface OrderDeskOptions {
  readonly lanes: Lanes<OrderMessage, OrderState, OrderAnswer>;
  readonly admission: Admission;
  readonly queries: OrderQueries;
  readonly runtime: Runtime;
  /** A participant reads one line only: other orders are refused. */
  readonly oneLineOnly: boolean;
}

export interface OrderRequest {
  readonly idempotencyKey: string | null;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentMethod: string;
  /** What the client itself sent, normalised; see `sentText`. */
  readonly sent: object;
  readonly traceparent: string | undefined;
}

/** A request that would wait longer to be accepted is refused, and has not happened. */
const ACCEPT_WITHIN_MS = 2_000;

export class OrderDesk {
  readonly #options: OrderDeskOptions;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  async place(request: OrderRequest): Promise<{ readonly order: OrderView; readonly created: boolean }> {
    const lines = sumLines(request.lines);
    if (this.#options.oneLineOnly && lines.length > 1) {
      throw new RequestError(
        'UNSUPPORTED_ORDER',
        `items: ${lines.length} products, but a participant of this system takes orders of one: order them one by one`,
        { field: 'items' },
      );
    }
    checkTotal(request.total);
    const { runtime, admission } = this.#options;
    const message: StartSaga = {
      kind: 'start',
      sagaId: runtime.uuid(),
      order: {
        orderId: runtime.uuid(),
        customerId: request.customerId,
        lines,
        total: request.total,
        paymentMethod: request.paymentMethod,
      },
      idempotencyKey: request.idempotencyKey,
      sent: sentText(request.sent),
      admitted: admission.tryAdmit(),
      traceparent: request.traceparent,
    };
    const answer = await this.#ask(message);
    switch (answer.kind) {
      case 'started':
        return { order: orderView(answer.saga), created: answer.created };
      case 'key-reused':
        throw keyReused(request.idempotencyKey);
      default:
        throw new Error(`a start was answered with ${answer.kind}`);
    }
  }

  /** Null when the key is unknown. */
  async byKey(customerId: string, key: string, sent: object): Promise<OrderView | null> {
    const known = await this.#options.queries.byClientKey(customerId, key);
    if (!known) return null;
    if (known.sent !== sentText(sent)) throw keyReused(key);
    return this.#options.queries.orderById(known.orderId);
  }

  async cancel(request: { orderId: string; requestId: string; reason: string }): Promise<OrderView> {
    const sagaId = await this.#options.queries.sagaIdOf(request.orderId);
    if (sagaId === null) throw unknownOrder(request.orderId);
    const message: CancelSaga = {
      kind: 'cancel',
      sagaId,
      requestId: request.requestId,
      failure: { code: 'CANCELLED_BY_CUSTOMER', message: request.reason },
    };
    const answer = await this.#ask(message);
    switch (answer.kind) {
      case 'cancel-accepted':
        return orderView(answer.saga);
      case 'cancel-refused':
        if (answer.cause === 'NOT_FOUND') throw unknownOrder(request.orderId);
        throw new RequestError(
          'PAST_PIVOT',
          `order ${request.orderId} is paid and reserved: it can no longer be cancelled`,
        );
      default:
        throw new Error(`a cancel was answered with ${answer.kind}`);
    }
  }

  #ask(message: OrderMessage): Promise<OrderAnswer> {
    return new Promise((resolve, reject) => {
      this.#options.lanes.push({
        message,
        isUrgent: message.kind !== 'start',
        committed: resolve,
        parked: async (fault: MessageFault) =>
          reject(new Error(`the request fails by itself: ${fault.cause}: ${fault.detail}`)),
        expiry: {
          afterMs: ACCEPT_WITHIN_MS,
          expired: () =>
            reject(
              new RequestError(
                'OVERLOADED',
                'the service cannot accept this now, and has not: send it again',
                {
                  retryAfterS: 1,
                },
              ),
            ),
        },
      });
    });
  }
}

/** Canonical JSON: equal values are equal texts, whatever the order of the fields (rule C1). */
export function sentText(sent: unknown): string {
  return JSON.stringify(sent, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function checkTotal({ minor, currency }: Money): void {
  if (minor <= maxAmountMinor(currency)) return;
  throw new RequestError(
    'INVALID_INPUT',
    `totalMinor: more than an order may cost (${maxAmountMinor(currency)} ${currency})`,
    {
      field: 'totalMinor',
    },
  );
}

const unknownOrder = (id: string) =>
  new RequestError('NOT_FOUND', `there is no order ${id}`, { field: 'orderId' });

const keyReused = (key: string | null) =>
  new RequestError(
    'IDEMPOTENCY_KEY_REUSED',
    `the idempotency key ${JSON.stringify(key)} belongs to another order: use a new key for a new order`,
    { field: 'idempotencyKey' },
  );
