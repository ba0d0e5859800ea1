import type { OrderPayload, SagaTransition } from '@order-saga/contracts';
import type { InboxRow, OutboxMessage, TurnState } from '@order-saga/messaging';
import { WorkingSet, WriteList } from '@order-saga/messaging';
import type { SagaInstance } from '@order-saga/saga';
import type { Order } from '../orders/order.ts';

/** A row of `saga_transactions`. */
export interface SagaRow {
  readonly instance: SagaInstance;
  /** `place-order@1` */
  readonly definition: string;
  readonly order: OrderPayload;
  readonly traceparent: string | null;
  /** The row guard: every write raises it, and names the one it expects (rule E4). */
  readonly rev: number;
  /** What `saga_due` was last set to: a lower bound of the true due time (rule E5). */
  readonly wakeAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ClientKeyRow {
  readonly customerId: string;
  readonly key: string;
  readonly orderId: string;
  readonly sagaId: string;
  readonly sent: string;
}

/** A cancelled order and the one that was placed instead of it. */
export interface OrderRetryRow {
  readonly orderId: string;
  readonly retriedBy: string;
}

/** The answer a request of an operator or client got; a repeat gets it again (rule P9). */
export interface RequestRow {
  readonly id: string;
  readonly sagaId: string;
  readonly answer: 'accepted' | 'PAST_PIVOT';
}

export interface HistoryRow {
  readonly sagaId: string;
  readonly transition: SagaTransition;
  /** How the answer came that led to it; null where nobody knows. Operators read it, and no client is told. */
  readonly delivery: StoredDelivery | null;
}

/** Milliseconds since 1970: command published and taken, answered, reply published and taken. */
export type StoredDelivery = readonly [number, number, number, number, number];

export interface DueRow {
  readonly sagaId: string;
  readonly wakeAt: number;
  /** Admitted, not ended, no attention raised: what the window of sagas in flight counts (rule L9). */
  readonly inFlight: boolean;
}

/** What operators want counted or logged, once the turn is committed. */
export type Observation =
  | { readonly kind: 'ignored'; readonly cause: string; readonly sagaId: string }
  | { readonly kind: 'ended'; readonly status: string; readonly sagaId: string }
  | { readonly kind: 'step-answered'; readonly step: string; readonly outcome: string; readonly ms: number }
  | { readonly kind: 'attention'; readonly reason: string; readonly sagaId: string };

export const clientKey = (row: { readonly customerId: string; readonly key: string }): string =>
  `${row.customerId} ${row.key}`;

export interface LoadedRows {
  readonly clientKeys: readonly ClientKeyRow[];
  readonly sagas: readonly SagaRow[];
  readonly orders: readonly Order[];
  readonly inbox: readonly InboxRow[];
  readonly requests: readonly RequestRow[];
  readonly retries: readonly OrderRetryRow[];
  /** Ids of commands that still lie in the outbox. */
  readonly unpublished: readonly string[];
  /** Sagas of ours that own an order which a command names, whether it is created yet or not. */
  readonly acceptedFor: readonly { readonly orderId: string; readonly sagaId: string }[];
}

/** Whether the window of sagas in flight counts it (rule L9). */
export const isInFlight = (saga: SagaRow): boolean =>
  saga.instance.admitted && saga.instance.attention === null;

/** What one turn of the order service works on. */
export class OrderState implements TurnState {
  readonly clientKeys: WorkingSet<ClientKeyRow>;
  readonly sagas: WorkingSet<SagaRow>;
  readonly orders: WorkingSet<Order>;
  readonly inbox: WorkingSet<InboxRow>;
  readonly requests: WorkingSet<RequestRow>;
  readonly retries: WorkingSet<OrderRetryRow>;
  readonly unpublished: ReadonlySet<string>;
  readonly acceptedFor: ReadonlyMap<string, string>;
  readonly history = new WriteList<HistoryRow>();
  readonly dueAdded = new WriteList<DueRow>();
  readonly dueMoved = new WriteList<DueRow>();
  readonly dueRemoved = new WriteList<string>();
  readonly waitingAdded = new WriteList<string>();
  readonly waitingRemoved = new WriteList<string>();
  readonly outbox = new WriteList<OutboxMessage>();
  readonly observations = new WriteList<Observation>();

  constructor(loaded: LoadedRows) {
    this.clientKeys = new WorkingSet(clientKey, loaded.clientKeys);
    this.sagas = new WorkingSet((row) => row.instance.id, loaded.sagas);
    this.orders = new WorkingSet((row) => row.id, loaded.orders);
    this.inbox = new WorkingSet((row) => row.idempotencyKey, loaded.inbox);
    this.requests = new WorkingSet((row) => row.id, loaded.requests);
    this.retries = new WorkingSet((row) => row.orderId, loaded.retries);
    this.unpublished = new Set(loaded.unpublished);
    this.acceptedFor = new Map(loaded.acceptedFor.map(({ orderId, sagaId }) => [orderId, sagaId]));
  }

  accept(): void {
    for (const part of this.#parts()) part.accept();
  }

  discard(): void {
    for (const part of this.#parts()) part.discard();
  }

  #parts() {
    return [
      this.clientKeys,
      this.sagas,
      this.orders,
      this.inbox,
      this.requests,
      this.retries,
      this.history,
      this.dueAdded,
      this.dueMoved,
      this.dueRemoved,
      this.waitingAdded,
      this.waitingRemoved,
      this.outbox,
      this.observations,
    ];
  }
}
