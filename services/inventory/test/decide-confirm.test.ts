import { describe, expect, test } from 'vitest';
import { decideConfirm } from '../src/confirm-inventory/decide-confirm.ts';
import { turned } from '../src/stock/reservation.ts';
import { aCommand, aReservation, CUP, line, stockAfter, viewOf } from './given.ts';

const confirmed = { confirmed: true };

describe('ConfirmInventory', () => {
  test('seed defect 56: what an approved order reserved is sold and no longer reserved', () => {
    const known = aReservation({ lines: [line(CUP, 2)] });
    const stock = { [CUP]: { available: 5, reserved: 3 } };
    const decision = decideConfirm(
      viewOf({ reservations: [known], stock }),
      aCommand('ConfirmInventory', { ...known, lines: [line(CUP, 1)] }),
    );
    expect(decision).toMatchObject({
      kind: 'succeeded',
      result: confirmed,
      effect: { event: 'InventoryConfirmed', reservation: { status: 'confirmed' } },
    });
    expect(stockAfter(decision)).toEqual({ [CUP]: { available: 5, reserved: 1, sold: 2 } });
  });

  test('what is sold already is answered again', () => {
    const known = aReservation({ status: 'confirmed' });
    expect(decideConfirm(viewOf({ reservations: [known] }), aCommand('ConfirmInventory', known))).toEqual({
      kind: 'succeeded',
      result: confirmed,
    });
  });

  test.each(['released', 'tombstone'] as const)(
    'what is %s cannot be sold: nothing is answered, and an operator is told',
    (status) => {
      const known = aReservation({ status });
      expect(
        decideConfirm(viewOf({ reservations: [known] }), aCommand('ConfirmInventory', known)),
      ).toMatchObject({ kind: 'unanswered', code: 'CONFIRM_OF_RELEASED_STOCK' });
    },
  );

  test('an order without a reservation is not answered', () => {
    expect(decideConfirm(viewOf({}), aCommand('ConfirmInventory'))).toMatchObject({
      kind: 'unanswered',
      code: 'NOTHING_TO_CONFIRM',
    });
  });

  test("another saga's reservation makes the command a dead letter", () => {
    const known = aReservation();
    const command = aCommand('ConfirmInventory', { orderId: known.orderId });
    expect(() => decideConfirm(viewOf({ reservations: [known] }), command)).toThrow(
      expect.objectContaining({ code: 'RESERVATION_OF_ANOTHER_SAGA' }),
    );
  });

  test('a reservation that has ended cannot become anything else', () => {
    expect(() => turned(aReservation({ status: 'confirmed' }), 'released')).toThrow(
      expect.objectContaining({ code: 'RESERVATION_IS_FINAL' }),
    );
  });
});
