import type { OrderChanges, OrderView } from '@order-saga/contracts';

/** Where the truth about a customer's orders is read; events are only hints of it (rule C2). */
export interface OrderChangesSource {
  /** `after` undefined: the orders that are under way. */
  changes(customerId: string, after: string | undefined): Promise<OrderChanges<OrderView>>;
  /** In the order of the places: whether anything changed since. */
  moved(places: readonly Place[]): Promise<readonly boolean[]>;
}

/** How far a customer's orders were read. */
export interface Place {
  readonly customerId: string;
  readonly after: string;
}
