import type { OrderLine, ReservationStatus } from '@order-saga/contracts';

/**
 * What an order holds of the stock: one row per order, whatever comes first. A tombstone is the row that the action
 * would have to insert, so that an undo and its late action collide on one key (rule P1).
 */
export interface Reservation {
  readonly orderId: string;
  /** Derived from the saga: one reservation per saga. */
  readonly id: string;
  /** The effect belongs to the saga that made it (rule P5). */
  readonly sagaId: string;
  /** A release or a confirmation uses these, never the command's. Empty for a tombstone. */
  readonly lines: readonly OrderLine[];
  readonly status: ReservationStatus;
}

const NEXT: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  reserved: ['confirmed', 'released'],
  confirmed: [],
  released: [],
  tombstone: [],
};

export class ReservationDefectError extends Error {
  readonly code = 'RESERVATION_IS_FINAL';
}

export function turned(reservation: Reservation, status: ReservationStatus): Reservation {
  if (NEXT[reservation.status].includes(status)) return { ...reservation, status };
  throw new ReservationDefectError(
    `the reservation of order ${reservation.orderId} is ${reservation.status} and cannot become ${status}`,
  );
}
