import { describe, expect, test } from 'vitest';
import { decideCompensate } from '../src/compensate-inventory/decide-compensate.ts';
import { aCommand, aReservation, CUP, line, POT, stockAfter, viewOf } from './given.ts';

const done = { compensated: true };

describe('CompensateInventory', () => {
  test('gives back what the reservation holds, whatever the command says', () => {
    const known = aReservation({ lines: [line(CUP, 2), line(POT, 1)] });
    const command = aCommand('CompensateInventory', { ...known, lines: [line(CUP, 99)] });
    const stock = { [CUP]: { available: 5, reserved: 2 }, [POT]: { available: 0, reserved: 4 } };
    const decision = decideCompensate(viewOf({ reservations: [known], stock }), command);
    expect(decision).toMatchObject({
      kind: 'succeeded',
      result: done,
      effect: { event: 'InventoryReleased', reservation: { ...known, status: 'released' } },
    });
    expect(stockAfter(decision)).toEqual({
      [CUP]: { available: 7, reserved: 0, sold: 0 },
      [POT]: { available: 1, reserved: 3, sold: 0 },
    });
  });

  test('seed defect 27: an undo that comes before its action leaves a tombstone', () => {
    const command = aCommand('CompensateInventory');
    expect(decideCompensate(viewOf({}), command)).toMatchObject({
      kind: 'succeeded',
      result: done,
      effect: {
        event: null,
        stock: [],
        reservation: { status: 'tombstone', orderId: command.payload.orderId },
      },
    });
  });

  test.each(['released', 'tombstone'] as const)('what is %s already is answered again', (status) => {
    const known = aReservation({ status });
    expect(
      decideCompensate(viewOf({ reservations: [known] }), aCommand('CompensateInventory', known)),
    ).toEqual({
      kind: 'succeeded',
      result: done,
    });
  });

  test('what is sold is not taken back: nothing is answered, and an operator is told', () => {
    const known = aReservation({ status: 'confirmed' });
    const view = viewOf({ reservations: [known] });
    expect(decideCompensate(view, aCommand('CompensateInventory', known))).toMatchObject({
      kind: 'unanswered',
      code: 'UNDO_OF_SOLD_STOCK',
    });
  });

  test("another saga's reservation is left alone and the undo succeeds", () => {
    const known = aReservation();
    const command = aCommand('CompensateInventory', { orderId: known.orderId });
    expect(decideCompensate(viewOf({ reservations: [known] }), command)).toEqual({
      kind: 'succeeded',
      result: done,
    });
  });

  test('a saga that holds stock for another order needs no tombstone for this one', () => {
    const known = aReservation();
    const command = aCommand('CompensateInventory', { sagaId: known.sagaId });
    expect(decideCompensate(viewOf({ reservations: [known] }), command)).toEqual({
      kind: 'succeeded',
      result: done,
    });
  });
});
