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
import { sentText } from './sent.ts';
import { orderView } from './views.ts';

/** Where requests become messages: an order is durable, and its key taken, before its client is answered. */
export interface OrderDeskOptions {
  readonly lanes: Lanes<OrderMessage, OrderState, OrderAnswer>;
  readonly admission: Admission;
  readonly queries: OrderLookups;
  readonly runtime: Runtime;
  /** A participant reads one line only: other orders are refused. */
  readonly oneLineOnly: boolean;
}

/** What it reads without a turn. */
export type OrderLookups = Pick<OrderQueries, 'orderById' | 'sagaIdOf' | 'byClientKey'>;

export interface OrderRequest {
  readonly idempotencyKey: string | null;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentMethod: string;
  /** A cancelled order of the same customer that this one is placed instead of. */
  readonly retryOf?: string | undefined;
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
    const { runtime, admission } = this.#options;
    const lines = sumLines(request.lines);
    const refusal = this.#refusal(lines, request.total) ?? (await this.#retryRefusal(request));
    if (refusal) {
      // What is refused today may have been taken when the key was new, and is answered for ever (rule C1).
      const { customerId, idempotencyKey, sent } = request;
      const known = idempotencyKey === null ? null : await this.byKey(customerId, idempotencyKey, sent);
      if (known) return { order: known, created: false };
      throw refusal;
    }
    const ticket = admission.enter();
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
      retryOf: request.retryOf ?? null,
      admitted: ticket.admitted,
      traceparent: request.traceparent,
    };
    let hasBegun = false;
    try {
      const answer = await this.#ask(message);
      switch (answer.kind) {
        case 'started':
          hasBegun = answer.created;
          return { order: orderView(answer.saga), created: answer.created };
        case 'key-reused':
          throw keyReused(request.idempotencyKey);
        case 'already-retried':
          throw alreadyRetried(request.retryOf, answer.retriedBy);
        default:
          throw new Error(`a start was answered with ${answer.kind}`);
      }
    } finally {
      ticket.settle(hasBegun);
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
        throw cancelRefusal(answer.cause, request);
      default:
        throw new Error(`a cancel was answered with ${answer.kind}`);
    }
  }

  #refusal(lines: readonly OrderLine[], { minor, currency }: Money): RequestError | undefined {
    if (this.#options.oneLineOnly && lines.length > 1) {
      return new RequestError(
        'UNSUPPORTED_ORDER',
        `items: ${lines.length} products, but a participant of this system takes orders of one: order them one by one`,
        { field: 'items' },
      );
    }
    const most = maxAmountMinor(currency);
    if (minor <= most) return undefined;
    const problem = `totalMinor: ${minor} is more than an order may cost (${most} minor units of ${currency})`;
    return new RequestError('INVALID_INPUT', problem, { field: 'totalMinor' });
  }

  /** Looked at without a lock: whose an order is never changes, and cancelled is for ever. */
  async #retryRefusal({ retryOf, customerId }: OrderRequest): Promise<RequestError | undefined> {
    if (retryOf === undefined) return undefined;
    const retried = await this.#options.queries.orderById(retryOf);
    if (retried?.customerId !== customerId) {
      const problem = `there is no order ${retryOf} of customer ${customerId} to be retried`;
      return new RequestError('RETRIED_ORDER_NOT_FOUND', problem, { field: 'retryOf' });
    }
    if (retried.status === 'cancelled') return undefined;
    const problem = `order ${retryOf} is ${retried.status}: only a cancelled order can be retried`;
    return new RequestError('RETRIED_ORDER_NOT_CANCELLED', problem, { field: 'retryOf' });
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

function cancelRefusal(
  cause: Extract<OrderAnswer, { kind: 'cancel-refused' }>['cause'],
  { orderId, requestId }: { readonly orderId: string; readonly requestId: string },
): RequestError {
  switch (cause) {
    case 'NOT_FOUND':
      return unknownOrder(orderId);
    case 'PAST_PIVOT':
      return new RequestError(
        'PAST_PIVOT',
        `order ${orderId} is paid and reserved: it can no longer be cancelled`,
      );
    case 'REQUEST_OF_ANOTHER_ORDER':
      return new RequestError(
        'IDEMPOTENCY_KEY_REUSED',
        `the request ${requestId} was about another order: use a new id for a new request`,
        { field: 'requestId' },
      );
    default:
      return cause satisfies never;
  }
}

const unknownOrder = (id: string) =>
  new RequestError('NOT_FOUND', `there is no order ${id}`, { field: 'orderId' });

const alreadyRetried = (id: string | undefined, retriedBy: string) =>
  new RequestError(
    'ORDER_ALREADY_RETRIED',
    `order ${id} was retried by order ${retriedBy} already: retry that one if it is cancelled too`,
    { field: 'retryOf' },
  );

const keyReused = (key: string | null) =>
  new RequestError(
    'IDEMPOTENCY_KEY_REUSED',
    `the idempotency key ${JSON.stringify(key)} belongs to another order: use a new key for a new order`,
    { field: 'idempotencyKey' },
  );
