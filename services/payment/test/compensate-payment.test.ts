import { paymentIdOf } from '@order-saga/contracts';
import { describe, expect, test } from 'vitest';
import { chargeKeyOf } from '../src/payments/payment.ts';
import {
  anInboxRow,
  aPayment,
  chargeSettled,
  compensating,
  decide,
  NOW,
  ORDER,
  OTHER_SAGA,
  processing,
  SAGA,
  undoSettled,
} from './decisions.ts';

const NOTHING = { capturedMinor: 0, returnedMinor: 0 };
const RETURNED = { capturedMinor: 9_999, returnedMinor: 9_999 };
const processed = aPayment({ status: 'processed', capturedMinor: 9_999 });

describe('CompensatePayment, first turn', () => {
  test('writes nothing and asks for a void by the charge key of its saga (rule P2)', () => {
    for (const payments of [[], [aPayment()], [processed], [aPayment({ status: 'declined' })]]) {
      const { answer, inserted, updated, inboxInserted, replies } = decide({ payments }, compensating());
      expect(answer).toEqual({
        kind: 'void',
        chargeKey: chargeKeyOf(SAGA),
        chargedAt: payments.length === 0 ? null : NOW - 3_000,
      });
      expect([...inserted, ...updated, ...inboxInserted, ...replies]).toEqual([]);
    }
  });

  test('a redelivered undo gets its stored reply', () => {
    const inbox = [anInboxRow(compensating(), { outcome: 'succeeded', reply: '{"stored":true}' })];
    const { texts, answer } = decide({ payments: [processed], inbox }, compensating());
    expect(texts).toEqual(['{"stored":true}']);
    expect(answer).toEqual({ kind: 'done', outcome: 'replayed' });
  });

  test.each([
    ['refunded', 9_999],
    ['voided', 0],
    ['tombstone', 0],
  ] as const)('a new epoch that finds the payment %s is answered from the row', (status, refundedMinor) => {
    const payment = aPayment({ status, refundedMinor, capturedMinor: refundedMinor });
    const { replies, answer } = decide({ payments: [payment] }, compensating());
    expect(replies[0]).toMatchObject({
      status: 'Success',
      result: { refunded: true, payment_id: payment.id, refunded_minor: refundedMinor },
    });
    expect(answer).toEqual({ kind: 'done', outcome: 'unchanged' });
  });

  test("another saga's payment is not touched, and the undo succeeds (rule P5)", () => {
    const { replies, updated, answer } = decide(
      { payments: [aPayment({ sagaId: OTHER_SAGA, status: 'processed', capturedMinor: 9_999 })] },
      compensating(),
    );
    expect(replies[0]).toMatchObject({ status: 'Success', result: { refunded_minor: 0 } });
    expect(updated).toEqual([]);
    expect(answer).toEqual({ kind: 'done', outcome: 'unchanged' });
  });

  test('a refund that names another payment is the fault of the message', () => {
    const { payload } = compensating().command;
    const wrong = compensating({ payload: { ...payload, paymentId: paymentIdOf(OTHER_SAGA) } });
    expect(() => decide({ payments: [processed] }, wrong)).toThrow(/is to refund payment/);
  });

  test("a saga that names a second order does not void the first one's charge", () => {
    const other = aPayment({ orderId: '22222222-0000-4000-8000-000000000002' });
    expect(() => decide({ payments: [other] }, compensating())).toThrow(/names order/);
  });
});

describe('CompensatePayment, after the void', () => {
  test('of nothing: a tombstone, Success, and the late action is refused (rule P1)', () => {
    const { payment, replies, events } = decide({}, undoSettled(NOTHING), processing());
    expect(payment).toMatchObject({ orderId: ORDER, status: 'tombstone', capturedMinor: 0 });
    expect(replies.map(({ status, error_code }) => [status, error_code])).toEqual([
      ['Success', undefined],
      ['Failed', 'PAYMENT_CANCELLED'],
    ]);
    expect(replies[0]?.result).toMatchObject({ refunded: true, refunded_minor: 0 });
    expect(events).toEqual([]);
  });

  test.each([
    ['nothing was captured', NOTHING, 'voided', []],
    ['it was captured meanwhile', RETURNED, 'refunded', ['PaymentRefunded']],
  ] as const)(
    'of a pending payment where %s: the waiting action is finished as Failed in the same turn',
    (_, settlement, status, announced) => {
      const { payment, replies, events } = decide(
        { payments: [aPayment()], inbox: [anInboxRow(processing())] },
        undoSettled(settlement),
        chargeSettled({ kind: 'captured', capturedMinor: 9_999 }),
      );
      expect(payment).toMatchObject({
        status,
        refundedMinor: settlement.returnedMinor,
        waiting: [],
        leaseUntil: null,
      });
      expect(replies.map(({ status, command_id }) => [status, command_id])).toEqual([
        ['Failed', processing().command.id],
        ['Success', compensating().command.id],
      ]);
      expect(events).toEqual(announced);
    },
  );

  test('of a processed payment: refunded, once, however often the void is answered', () => {
    const { payment, texts, events } = decide(
      { payments: [processed] },
      undoSettled(RETURNED),
      undoSettled(RETURNED),
    );
    expect(payment).toMatchObject({ status: 'refunded', capturedMinor: 9_999, refundedMinor: 9_999 });
    expect(texts[1]).toBe(texts[0]);
    expect(events).toEqual(['PaymentRefunded']);
  });

  test('of a declined payment: it stays declined, and the undo succeeds', () => {
    const { payment, replies } = decide(
      { payments: [aPayment({ status: 'declined' })] },
      undoSettled(NOTHING),
    );
    expect(payment?.status).toBe('declined');
    expect(replies[0]).toMatchObject({ status: 'Success', result: { refunded_minor: 0 } });
  });

  test('money that was captured without a row is on record as returned', () => {
    const { payment, events } = decide({}, undoSettled(RETURNED));
    expect(payment).toMatchObject({ status: 'refunded', capturedMinor: 9_999, refundedMinor: 9_999 });
    expect(events).toEqual(['PaymentRefunded']);
  });

  test('a provider that contradicts our row, or returns less than it captured, is a defect', () => {
    expect(() => decide({ payments: [processed] }, undoSettled(NOTHING))).toThrow(/the provider says 0/);
    const partly = undoSettled({ capturedMinor: 9_999, returnedMinor: 1 });
    expect(() => decide({ payments: [processed] }, partly)).toThrow(/returned 1/);
  });
});
