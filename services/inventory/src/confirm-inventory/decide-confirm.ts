import type { InventoryCommand } from '@order-saga/contracts';
import { type Decision, heldStock, type InventoryView, unanswered } from '../stock/decision.ts';
import { turned } from '../stock/reservation.ts';
import { move } from '../stock/stock.ts';

export class ForeignReservationError extends Error {
  readonly code = 'RESERVATION_OF_ANOTHER_SAGA';
}

/** ConfirmInventory: what was reserved is sold (rule P8). Retriable: it succeeds, or is not answered (rule P4). */
export function decideConfirm(view: InventoryView, command: InventoryCommand): Decision {
  const { orderId } = command.payload;
  const known = view.reservationOf(orderId);
  if (!known)
    return unanswered('NOTHING_TO_CONFIRM', `order ${orderId} is to be confirmed and has no reservation`);
  // No such command can ever become right: a dead letter (rule P5).
  if (known.sagaId !== command.sagaId)
    throw new ForeignReservationError(
      `ConfirmInventory of saga ${command.sagaId} names order ${orderId} of saga ${known.sagaId}`,
    );
  switch (known.status) {
    case 'reserved':
      return {
        ...done,
        effect: {
          reservation: turned(known, 'confirmed'),
          stock: known.lines.map(({ productId, quantity }) =>
            move(heldStock(view, productId), { reserved: -quantity, sold: quantity }),
          ),
          event: 'InventoryConfirmed',
        },
      };
    case 'confirmed':
      return done;
    case 'released':
    case 'tombstone':
      return unanswered(
        'CONFIRM_OF_RELEASED_STOCK',
        `order ${orderId} is to be confirmed and its reservation is ${known.status}`,
      );
    default:
      return known.status satisfies never;
  }
}

export const recallConfirm = (): Decision => done;

const done = { kind: 'succeeded', result: { confirmed: true } } as const;
