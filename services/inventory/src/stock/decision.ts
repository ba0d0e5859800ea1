import type { InventoryEventType } from '@order-saga/contracts';
import type { Reservation } from './reservation.ts';
import type { Stock } from './stock.ts';

/** What a command is decided on: the rows as the messages before it left them, and the store's clock. */
export interface InventoryView {
  /** Milliseconds since 1970. */
  readonly now: number;
  reservationOf(orderId: string): Reservation | undefined;
  /** The order that this saga holds a reservation for; a saga holds one at the most. */
  orderHeldBy(sagaId: string): string | undefined;
  stockOf(productId: string): Stock | undefined;
}

export type Decision =
  /** `effect` is absent when it is answered from what was done before, or nothing has to be done. */
  | { readonly kind: 'succeeded'; readonly result: unknown; readonly effect?: Effect }
  /** Only the action of a compensatable step can be rejected (rule P4). */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  /** It cannot be done and has no Failed outcome: nothing is stored, nothing is answered, an operator is told (rule P4). */
  | { readonly kind: 'unanswered'; readonly code: string; readonly reason: string };

/** The rows to write and the event that tells of them; all of it or nothing. */
export interface Effect {
  readonly reservation: Reservation;
  readonly stock: readonly Stock[];
  readonly event: InventoryEventType | null;
}

export const rejected = (code: string, message: string): Decision => ({ kind: 'rejected', code, message });

export const unanswered = (code: string, reason: string): Decision => ({ kind: 'unanswered', code, reason });

export class MissingStockError extends Error {
  readonly code = 'STOCK_ROW_MISSING';
}

/** The stock row of a product that a reservation holds: rows of stock are never deleted. */
export function heldStock(view: InventoryView, productId: string): Stock {
  const stock = view.stockOf(productId);
  if (stock) return stock;
  throw new MissingStockError(`product ${productId} is reserved and has no row of stock: restore the row`);
}
