import {
  type InboxRow,
  type OutboxMessage,
  type TurnState,
  WorkingSet,
  WriteList,
} from '@order-saga/messaging';
import type { Restock } from '../restock/decide-restock.ts';
import type { InventoryView } from './decision.ts';
import type { Reservation } from './reservation.ts';
import type { Stock } from './stock.ts';

export interface StoredRows {
  readonly reservations: readonly Reservation[];
  readonly stock: readonly Stock[];
  readonly inbox: readonly InboxRow[];
  readonly restocks: readonly Restock[];
}

/** The working copy of one turn: each message is decided on what the messages before it left (rule L3). */
export class InventoryState implements TurnState {
  readonly reservations: WorkingSet<Reservation>;
  /** The same rows by their other unique key, so that no decision runs into it when it is saved (rule L7). */
  readonly #bySaga: WorkingSet<Reservation>;
  readonly stock: WorkingSet<Stock>;
  readonly inbox: WorkingSet<InboxRow>;
  readonly restocks: WorkingSet<Restock>;
  readonly outbox = new WriteList<OutboxMessage>();

  constructor(rows: StoredRows) {
    this.reservations = new WorkingSet(({ orderId }) => orderId, rows.reservations);
    this.#bySaga = new WorkingSet(({ sagaId }) => sagaId, rows.reservations);
    this.stock = new WorkingSet(({ productId }) => productId, rows.stock);
    this.inbox = new WorkingSet(({ idempotencyKey }) => idempotencyKey, rows.inbox);
    this.restocks = new WorkingSet(({ key }) => key, rows.restocks);
  }

  viewAt(now: number): InventoryView {
    return {
      now,
      reservationOf: (orderId) => this.reservations.get(orderId),
      orderHeldBy: (sagaId) => this.#bySaga.get(sagaId)?.orderId,
      stockOf: (productId) => this.stock.get(productId),
    };
  }

  putReservation(reservation: Reservation): void {
    this.reservations.put(reservation);
    this.#bySaga.put(reservation);
  }

  accept(): void {
    for (const writes of this.#all()) writes.accept();
  }

  discard(): void {
    for (const writes of this.#all()) writes.discard();
  }

  #all() {
    return [this.reservations, this.#bySaga, this.stock, this.inbox, this.restocks, this.outbox];
  }
}
