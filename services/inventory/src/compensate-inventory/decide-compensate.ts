import { type InventoryCommand, reservationIdOf } from '@order-saga/contracts';
import { type Decision, heldStock, type InventoryView, unanswered } from '../stock/decision.ts';
import { turned } from '../stock/reservation.ts';
import { move } from '../stock/stock.ts';

/** CompensateInventory: what was reserved is available again. It succeeds or is not answered; it is never Failed (rule P4). */
export function decideCompensate(view: InventoryView, command: InventoryCommand): Decision {
  const { sagaId } = command;
  const { orderId } = command.payload;
  const known = view.reservationOf(orderId);
  if (!known) {
    // A saga holds one reservation: its action for this other order would be refused without a tombstone.
    if (view.orderHeldBy(sagaId) !== undefined) return done;
    // The undo came before its action: the late action must meet it (rule P1, seed defect 27).
    return {
      ...done,
      effect: {
        reservation: { orderId, id: reservationIdOf(sagaId), sagaId, lines: [], status: 'tombstone' },
        stock: [],
        event: null,
      },
    };
  }
  // Not its effect, so not its to undo; its own late action is refused by this very row (rule P5).
  if (known.sagaId !== sagaId) return done;
  switch (known.status) {
    case 'reserved':
      return {
        ...done,
        effect: {
          reservation: turned(known, 'released'),
          stock: known.lines.map(({ productId, quantity }) =>
            move(heldStock(view, productId), { available: quantity, reserved: -quantity }),
          ),
          event: 'InventoryReleased',
        },
      };
    case 'released':
    case 'tombstone':
      return done;
    case 'confirmed':
      return unanswered(
        'UNDO_OF_SOLD_STOCK',
        `the stock of order ${orderId} is to be released and is sold already: the saga was compensated past its pivot`,
      );
    default:
      return known.status satisfies never;
  }
}

export const recallCompensate = (): Decision => done;

/** The seed's answer to a release. */
const done = { kind: 'succeeded', result: { compensated: true } } as const;
