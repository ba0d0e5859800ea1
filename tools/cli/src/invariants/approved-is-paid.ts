import { amountText, plural } from './amounts.ts';
import type { Book } from './book.ts';
import type { Check } from './check.ts';
import type { OrderWithEffects } from './orders-with-effects.ts';

/**
 * The orders were read first. What was approved then had been paid and reserved before, and nothing takes that back, so
 * the later snapshots of payments and stock must show it. The second half is asked at rest only.
 */
export const approvedIsPaid: Check = {
  number: 5,
  title: 'Approved is paid and reserved; at rest, cancelled holds nothing',
  look(order, book, { mode }) {
    book.checkedRows += 1;
    if (order.sagaStatus === 'Failed') return;
    if (order.isApproved) approved(order, book);
    else if (order.isCancelled) cancelled(order, book, mode === 'at-rest');
    else book.count('under way');
  },
  async ask(_world, book) {
    const approvedCount = book.figure('approved');
    const cancelledCount = book.figure('cancelled');
    book.says = `${plural(approvedCount, 'approved order')}, ${plural(cancelledCount, 'cancelled one')}, ${book.figure('under way')} under way`;
  },
};

function approved(order: OrderWithEffects, book: Book): void {
  book.count('approved');
  const { orderId, sagaId, totalMinor, currency, payment, reservation, steps } = order;
  const isPaid = payment?.sagaId === sagaId && payment.status === 'processed';
  if (!isPaid || payment.netMinor !== totalMinor || payment.currency !== currency) {
    const has =
      payment === null
        ? 'it has no payment'
        : `its payment is ${payment.status} with ${amountText(payment.netMinor, payment.currency)} kept`;
    const text = `order ${orderId} over ${amountText(totalMinor, currency)} is approved, and ${has}`;
    book.found({ rule: 'approved-not-paid', text, orderId, sagaId, suspect: true });
  }
  // Left out for a participant that has no ConfirmInventory: its stock is in a database of its own.
  if (steps.ConfirmInventory === 'skipped') return;
  const isHeld =
    reservation?.sagaId === sagaId &&
    (reservation.status === 'confirmed' ||
      (reservation.status === 'reserved' && steps.ConfirmInventory !== 'completed'));
  if (isHeld && reservation.pieces === order.pieces) return;
  const has =
    reservation === null
      ? 'nothing was reserved for it'
      : `its reservation of ${plural(reservation.pieces, 'piece')} is ${reservation.status}`;
  const text = `order ${orderId} of ${plural(order.pieces, 'piece')} is approved${steps.ConfirmInventory === 'completed' ? ' and its stock sold' : ''}, and ${has}`;
  book.found({ rule: 'approved-not-reserved', text, orderId, sagaId, suspect: true });
}

function cancelled(order: OrderWithEffects, book: Book, isAtRest: boolean): void {
  book.count('cancelled');
  const { orderId, sagaId, payment, reservation } = order;
  const heldStatus = reservation?.sagaId === sagaId ? reservation.status : null;
  if (heldStatus === 'confirmed') {
    const text = `order ${orderId} is cancelled, and its stock is sold`;
    book.found({ rule: 'cancelled-and-sold', text, orderId, sagaId, suspect: true });
  }
  if (!isAtRest) return;
  if (payment?.sagaId === sagaId && payment.netMinor !== 0) {
    const text = `order ${orderId} is cancelled, and ${amountText(payment.netMinor, payment.currency)} is kept of it (payment ${payment.status})`;
    book.found({ rule: 'cancelled-and-paid', text, orderId, sagaId, suspect: true });
  }
  if (heldStatus === 'reserved') {
    const text = `order ${orderId} is cancelled, and ${plural(reservation?.pieces ?? 0, 'piece')} are still reserved for it`;
    book.found({ rule: 'cancelled-and-reserved', text, orderId, sagaId, suspect: true });
  }
}
