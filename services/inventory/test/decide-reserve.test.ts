import { describe, expect, test } from 'vitest';
import { decideReserve, recallReserve } from '../src/reserve-inventory/decide-reserve.ts';
import {
  aCommand,
  aReservation,
  CUP,
  HORIZON_MS,
  line,
  NOW,
  POT,
  stockAfter,
  UNKNOWN_PRODUCT,
  viewOf,
} from './given.ts';

const limits = { horizonMs: HORIZON_MS };

describe('ReserveInventory', () => {
  test('takes what is available and answers as the seed does', () => {
    const command = aCommand('ReserveInventory', { lines: [line(CUP, 3)] });
    const decision = decideReserve(viewOf({ stock: { [CUP]: { available: 10 } } }), command, limits);
    expect(decision).toMatchObject({
      kind: 'succeeded',
      result: { reserved: true, quantity: 3, reservation_id: expect.any(String) },
      effect: { event: 'InventoryReserved', reservation: { status: 'reserved', lines: [line(CUP, 3)] } },
    });
    expect(stockAfter(decision)).toEqual({ [CUP]: { available: 7, reserved: 3, sold: 0 } });
  });

  test('takes the last piece, and not one more', () => {
    const view = viewOf({ stock: { [CUP]: { available: 3 } } });
    const three = decideReserve(view, aCommand('ReserveInventory', { lines: [line(CUP, 3)] }), limits);
    expect(three.kind).toBe('succeeded');
    const four = decideReserve(view, aCommand('ReserveInventory', { lines: [line(CUP, 4)] }), limits);
    expect(four).toEqual({
      kind: 'rejected',
      code: 'INSUFFICIENT_INVENTORY',
      message: 'Insufficient inventory',
    });
  });

  test('takes all lines or none, and a single quantity is told for a single line only', () => {
    const lines = [line(CUP, 2), line(POT, 5)];
    const command = aCommand('ReserveInventory', { lines });
    const enough = viewOf({ stock: { [CUP]: { available: 2 }, [POT]: { available: 5 } } });
    const taken = decideReserve(enough, command, limits);
    expect(taken).toMatchObject({ kind: 'succeeded', effect: { reservation: { lines } } });
    expect(taken).not.toHaveProperty('result.quantity');

    const short = viewOf({ stock: { [CUP]: { available: 2 }, [POT]: { available: 4 } } });
    expect(decideReserve(short, command, limits)).toMatchObject({ code: 'INSUFFICIENT_INVENTORY' });
  });

  test('an unknown product is told before a short one, in the words of the seed', () => {
    const command = aCommand('ReserveInventory', { lines: [line(CUP, 9), line(UNKNOWN_PRODUCT, 1)] });
    expect(decideReserve(viewOf({ stock: { [CUP]: { available: 1 } } }), command, limits)).toEqual({
      kind: 'rejected',
      code: 'PRODUCT_NOT_FOUND',
      message: 'Product not found',
    });
  });

  test.each(['reserved', 'confirmed'] as const)(
    'a new epoch is answered from what is %s and takes nothing',
    (status) => {
      const known = aReservation({ status, lines: [line(CUP, 2)] });
      const command = aCommand('ReserveInventory', { ...known, lines: [line(CUP, 7)], epoch: 1 });
      expect(
        decideReserve(
          viewOf({ reservations: [known], stock: { [CUP]: { available: 10 } } }),
          command,
          limits,
        ),
      ).toEqual({
        kind: 'succeeded',
        result: { reserved: true, quantity: 2, reservation_id: known.id },
      });
    },
  );

  test.each(['released', 'tombstone'] as const)(
    'an action that comes after its undo (%s) is refused',
    (status) => {
      const known = aReservation({ status });
      const command = aCommand('ReserveInventory', known);
      expect(decideReserve(viewOf({ reservations: [known] }), command, limits)).toMatchObject({
        kind: 'rejected',
        code: 'RESERVATION_UNDONE',
      });
    },
  );

  test('the order of another saga is refused', () => {
    const known = aReservation();
    const command = aCommand('ReserveInventory', { orderId: known.orderId });
    expect(decideReserve(viewOf({ reservations: [known] }), command, limits)).toMatchObject({
      code: 'ORDER_OF_ANOTHER_SAGA',
    });
  });

  test('a saga that holds stock for one order gets none for another', () => {
    const known = aReservation();
    const command = aCommand('ReserveInventory', { sagaId: known.sagaId });
    expect(
      decideReserve(viewOf({ reservations: [known], stock: { [CUP]: { available: 9 } } }), command, limits),
    ).toMatchObject({ code: 'SAGA_HAS_A_RESERVATION' });
  });

  test('an unknown action beyond the horizon is refused; a known one is answered from its effect', () => {
    const old = new Date(NOW - HORIZON_MS - 1).toISOString();
    const stock = { [CUP]: { available: 9 } };
    const late = aCommand('ReserveInventory', { createdAt: old });
    expect(decideReserve(viewOf({ stock }), late, limits)).toMatchObject({ code: 'COMMAND_TOO_OLD' });
    const inTime = aCommand('ReserveInventory', { createdAt: new Date(NOW - HORIZON_MS).toISOString() });
    expect(decideReserve(viewOf({ stock }), inTime, limits).kind).toBe('succeeded');

    const known = aReservation();
    const repeated = aCommand('ReserveInventory', { ...known, createdAt: old });
    expect(decideReserve(viewOf({ stock, reservations: [known] }), repeated, limits).kind).toBe('succeeded');
  });

  test('a purged reply is told again from outcome and effect, also after the release', () => {
    const known = aReservation({ status: 'released', lines: [line(CUP, 2)] });
    const command = aCommand('ReserveInventory', known);
    const view = viewOf({ reservations: [known] });
    expect(recallReserve(view, command, 'succeeded')).toEqual({
      kind: 'succeeded',
      result: { reserved: true, quantity: 2, reservation_id: known.id },
    });
    expect(recallReserve(view, command, 'failed')).toMatchObject({
      kind: 'rejected',
      code: 'RESERVATION_REFUSED',
    });
  });
});
