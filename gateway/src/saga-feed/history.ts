import type { SagaTransition } from '@order-saga/contracts';

/** What never changes about an order. */
export interface OrderIdentity {
  readonly orderId: string;
  readonly customerId: string;
  /** null for an order of a foreign orchestrator: there is no course to watch. */
  readonly sagaId: string | null;
}

/** Where the truth about a saga's course is read; events are only hints of it (rule C2). */
export interface SagaHistory {
  identify(orderId: string): Promise<OrderIdentity | null>;
  /** Every transition with a greater `seq`, in order. */
  after(sagaId: string, seq: number): Promise<readonly SagaTransition[]>;
  /** The present version of each order, in the order of the ids; null where there is none. */
  versions(orderIds: readonly string[]): Promise<readonly (number | null)[]>;
}
