import { type InventoryCommand, type OrderLine, reservationIdOf } from '@order-saga/contracts';
import { type Decision, type InventoryView, rejected } from '../stock/decision.ts';
import type { Reservation } from '../stock/reservation.ts';
import { move, type Stock } from '../stock/stock.ts';

export interface ReserveLimits {
  /** An action that is unknown here and older than this is refused: it may have been undone and forgotten (rule P6). */
  readonly horizonMs: number;
}

/** ReserveInventory: all lines or none. The two refusals of stock are worded as the seed words them. */
export function decideReserve(
  view: InventoryView,
  command: InventoryCommand,
  limits: ReserveLimits,
): Decision {
  const { orderId, lines } = command.payload;
  const known = view.reservationOf(orderId);
  if (known) return fromReservation(known, command);

  const held = view.orderHeldBy(command.sagaId);
  if (held !== undefined)
    return rejected('SAGA_HAS_A_RESERVATION', `saga ${command.sagaId} already holds stock for order ${held}`);
  if (view.now - Date.parse(command.createdAt) > limits.horizonMs)
    return rejected('COMMAND_TOO_OLD', `the command of ${command.createdAt} is too old to be acted on`);

  const found: { readonly line: OrderLine; readonly stock: Stock }[] = [];
  for (const line of lines) {
    const stock = view.stockOf(line.productId);
    if (!stock) return rejected('PRODUCT_NOT_FOUND', 'Product not found');
    found.push({ line, stock });
  }
  if (found.some(({ line, stock }) => stock.available < line.quantity))
    return rejected('INSUFFICIENT_INVENTORY', 'Insufficient inventory');

  const reservation: Reservation = {
    orderId,
    id: reservationIdOf(command.sagaId),
    sagaId: command.sagaId,
    lines,
    status: 'reserved',
  };
  return {
    kind: 'succeeded',
    result: resultOf(reservation.id, lines),
    effect: {
      reservation,
      stock: found.map(({ line: { quantity }, stock }) =>
        move(stock, { available: -quantity, reserved: quantity }),
      ),
      event: 'InventoryReserved',
    },
  };
}

/** Under another key, as after an operator's retry: what was done is answered, and never done twice (rule P4). */
function fromReservation(known: Reservation, command: InventoryCommand): Decision {
  if (known.sagaId !== command.sagaId)
    return rejected('ORDER_OF_ANOTHER_SAGA', `order ${known.orderId} belongs to another saga`);
  switch (known.status) {
    case 'reserved':
    case 'confirmed':
      return { kind: 'succeeded', result: resultOf(known.id, known.lines) };
    case 'released':
    case 'tombstone':
      return rejected('RESERVATION_UNDONE', `the reservation of order ${known.orderId} was undone`);
    default:
      return known.status satisfies never;
  }
}

/** The answer to a known key whose reply was purged: from its outcome and the effect (rule P6). */
export function recallReserve(
  view: InventoryView,
  command: InventoryCommand,
  outcome: 'succeeded' | 'failed',
): Decision {
  if (outcome === 'failed')
    return rejected('RESERVATION_REFUSED', 'the stock was not reserved; the reason is no longer kept');
  const { orderId, lines } = command.payload;
  const known = view.reservationOf(orderId);
  return {
    kind: 'succeeded',
    result: resultOf(reservationIdOf(command.sagaId), known?.lines ?? lines),
  };
}

/** `quantity` is the seed's, and only an order of one line has it. */
function resultOf(reservationId: string, lines: readonly OrderLine[]): object {
  const [first] = lines;
  const seed = lines.length === 1 && first ? { quantity: first.quantity } : {};
  return { reserved: true, ...seed, reservation_id: reservationId };
}
