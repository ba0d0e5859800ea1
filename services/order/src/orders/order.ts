import type { OrderLine } from '@order-saga/contracts';

/** A row of `orders`. An accepted order has none until CreateOrder or CancelOrder inserts it (rule P1). */
export interface Order {
  readonly id: string;
  readonly sagaId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly totalMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly status: StoredOrderStatus;
  readonly origin: OrderOrigin;
}

export const STORED_ORDER_STATUSES = ['created', 'approved', 'cancelled'] as const;
export type StoredOrderStatus = (typeof STORED_ORDER_STATUSES)[number];

/** `foreign`: commanded by another orchestrator. `tombstone`: cancelled before it was created; a late CreateOrder is refused. */
export const ORDER_ORIGINS = ['ours', 'foreign', 'tombstone'] as const;
export type OrderOrigin = (typeof ORDER_ORIGINS)[number];

/** The only moves an order can make (rule P5); approved and cancelled are for ever. */
export const NEXT_ORDER_STATUSES = {
  created: ['approved', 'cancelled'],
  approved: [],
  cancelled: [],
} as const satisfies Record<StoredOrderStatus, readonly StoredOrderStatus[]>;
