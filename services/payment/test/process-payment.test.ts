import { describe, expect, test } from 'vitest';
import {
  anInboxRow,
  aPayment,
  chargeSettled,
  decide,
  NOW,
  OTHER_SAGA,
  processing,
  SAGA,
} from './decisions.ts';

const captured = chargeSettled({ kind: 'captured', capturedMinor: 9_999 });
const declined = chargeSettled({ kind: 'declined', code: 'INSUFFICIENT_FUNDS' });

describe('ProcessPayment, first turn', () => {
  test('a new payment is pending with a lease, its action waits, and the provider is called after the commit', () => {
    const { payment, answer, inboxInserted, replies } = decide({}, processing());
    expect(payment).toMatchObject({
      status: 'pending',
      leaseUntil: NOW + 8_000,
      attempts: 1,
      waiting: ['ProcessPayment:0'],
      capturedMinor: 0,
    });
    expect(answer).toEqual({ kind: 'charge', payment, leaseMs: 8_000 });
    expect(inboxInserted).toEqual([anInboxRow(processing())]);
    expect(replies).toEqual([]);
  });

  test('ids and charge key follow from the saga, whatever the epoch', () => {
    const first = decide({}, processing()).payment;
    const second = decide(
      {},
      processing({ id: '44444444-0000-4000-8000-000000000009', idempotencyKey: 'ProcessPayment:1' }),
    ).payment;
    expect(second?.id).toBe(first?.id);
    expect(second?.chargeKey).toBe(first?.chargeKey);
  });

  test('redelivered while the provider is asked: nothing; with an expired lease: the lease is taken and the provider asked again', () => {
    const inbox = [anInboxRow(processing())];
    const held = decide({ payments: [aPayment()], inbox }, processing());
    expect(held.answer).toEqual({ kind: 'done', outcome: 'waiting' });
    expect(held.updated).toEqual([]);

    const expired = decide(
      { payments: [aPayment({ leaseUntil: NOW - 1, leaseBy: 'dead' })], inbox },
      processing(),
    );
    expect(expired.answer).toMatchObject({ kind: 'charge', leaseMs: 16_000 });
    expect(expired.payment).toMatchObject({ leaseUntil: NOW + 16_000, leaseBy: 'this', attempts: 2 });
  });

  test('a second epoch of a pending payment waits with the first, and makes no second charge', () => {
    const second = processing({
      id: '44444444-0000-4000-8000-000000000009',
      idempotencyKey: 'ProcessPayment:1',
    });
    const { answer, payment } = decide({ payments: [aPayment()], inbox: [anInboxRow(processing())] }, second);
    expect(answer).toEqual({ kind: 'done', outcome: 'waiting' });
    expect(payment?.waiting).toEqual(['ProcessPayment:0', 'ProcessPayment:1']);
  });

  test.each([
    ['processed', { capturedMinor: 9_999 }, 'Success', undefined],
    ['declined', { declineCode: 'CARD_DECLINED' }, 'Failed', 'PAYMENT_DECLINED'],
    ['voided', {}, 'Failed', 'PAYMENT_CANCELLED'],
    ['refunded', { capturedMinor: 9_999, refundedMinor: 9_999 }, 'Failed', 'PAYMENT_CANCELLED'],
    ['tombstone', {}, 'Failed', 'PAYMENT_CANCELLED'],
  ] as const)(
    'a new command that finds its payment %s is answered from the row',
    (status, facts, reply, code) => {
      const { replies, updated, inboxInserted, answer } = decide(
        { payments: [aPayment({ status, ...facts })] },
        processing(),
      );
      expect(replies[0]).toMatchObject({ status: reply });
      expect(replies[0]?.error_code).toBe(code);
      expect(updated).toEqual([]);
      expect(inboxInserted).toHaveLength(1);
      expect(answer?.kind).toBe('done');
    },
  );

  test("another saga's order is refused, and its payment is not touched (rule P5)", () => {
    const { replies, updated, inserted } = decide(
      { payments: [aPayment({ sagaId: OTHER_SAGA })] },
      processing(),
    );
    expect(replies[0]).toMatchObject({
      status: 'Failed',
      error_code: 'ORDER_OF_ANOTHER_SAGA',
      saga_id: SAGA,
    });
    expect([...updated, ...inserted]).toEqual([]);
  });

  test('an unknown command beyond the horizon is refused, a known one is not (rule P6)', () => {
    const old = processing({ createdAt: new Date(NOW - 25 * 3_600_000).toISOString() });
    expect(decide({}, old).replies[0]).toMatchObject({ status: 'Failed', error_code: 'COMMAND_TOO_OLD' });
    expect(decide({}, old).payment).toBeUndefined();
    const paid = aPayment({ status: 'processed', capturedMinor: 9_999 });
    expect(decide({ payments: [paid] }, old).replies[0]).toMatchObject({ status: 'Success' });
  });

  test('a known key whose reply was purged is answered from its effect, always with the same bytes (rule P6)', () => {
    const inbox = [anInboxRow(processing(), { outcome: 'succeeded' })];
    const paid = aPayment({ status: 'processed', capturedMinor: 9_999 });
    const { texts, inboxAnswered } = decide({ payments: [paid], inbox }, processing(), processing());
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ status: 'Success', result: { payment_id: paid.id } });
    expect(texts[1]).toBe(texts[0]);
    expect(inboxAnswered).toEqual([]);
  });

  test('a key that another saga used is the fault of the message (rule P5)', () => {
    const inbox = [anInboxRow(processing({ sagaId: OTHER_SAGA }), { outcome: 'succeeded', reply: '{}' })];
    expect(() => decide({ inbox }, processing())).toThrow(/was used by/);
  });

  test('a saga that names a second order is the fault of the message, never a second charge', () => {
    const other = aPayment({ orderId: '22222222-0000-4000-8000-000000000002' });
    expect(() => decide({ payments: [other] }, processing())).toThrow(/names order/);
  });

  test('a time that cannot be read is the fault of the message', () => {
    expect(() => decide({}, processing({ createdAt: 'yesterday' }))).toThrow(/not RFC 3339/);
  });
});

describe('ProcessPayment, the outcome', () => {
  test('seed defect 14: captured: the payment is processed and told, and every action that waits gets one reply', () => {
    const second = processing({
      id: '44444444-0000-4000-8000-000000000009',
      idempotencyKey: 'ProcessPayment:1',
    });
    const payments = [aPayment({ waiting: ['ProcessPayment:0', 'ProcessPayment:1'] })];
    const inbox = [anInboxRow(processing()), anInboxRow(second)];
    const { payment, replies, events, inboxAnswered } = decide({ payments, inbox }, captured);
    expect(payment).toMatchObject({
      status: 'processed',
      capturedMinor: 9_999,
      waiting: [],
      leaseUntil: null,
    });
    expect(replies.map(({ status, command_id }) => [status, command_id])).toEqual([
      ['Success', processing().command.id],
      ['Success', second.command.id],
    ]);
    expect(events).toEqual(['PaymentProcessed']);
    expect(inboxAnswered.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  test('declined: the reply keeps the words of the seed and names the reason', () => {
    const { payment, replies, events } = decide(
      { payments: [aPayment()], inbox: [anInboxRow(processing())] },
      declined,
    );
    expect(payment).toMatchObject({
      status: 'declined',
      declineCode: 'INSUFFICIENT_FUNDS',
      capturedMinor: 0,
    });
    expect(replies[0]?.error).toBe(
      'Payment processing failed: the account has insufficient funds (INSUFFICIENT_FUNDS)',
    );
    expect(replies[0]?.error_code).toBe('PAYMENT_DECLINED');
    expect(events).toEqual(['PaymentDeclined']);
  });

  test.each(['processed', 'declined', 'refunded', 'voided', 'tombstone'] as const)(
    'a payment that is %s is settled already: the outcome changes nothing (rule P2)',
    (status) => {
      const { answer, updated, replies } = decide({ payments: [aPayment({ status })] }, captured);
      expect(answer).toEqual({ kind: 'done', outcome: 'ignored' });
      expect([...updated, ...replies]).toEqual([]);
    },
  );

  test('an outcome without a payment, or for the payment of another saga, changes nothing', () => {
    expect(decide({}, captured).answer).toEqual({ kind: 'done', outcome: 'ignored' });
    const foreign = decide({ payments: [aPayment({ sagaId: OTHER_SAGA })] }, captured);
    expect(foreign.answer).toEqual({ kind: 'done', outcome: 'ignored' });
  });

  test('a capture of another amount is a defect, and the payment stays pending', () => {
    const wrong = chargeSettled({ kind: 'captured', capturedMinor: 1 });
    expect(() => decide({ payments: [aPayment()] }, wrong)).toThrow(/the provider captured 1/);
  });

  test('action, outcome and redelivery in one turn: the redelivery gets the bytes of the first reply', () => {
    const { texts, inserted, inboxInserted } = decide({}, processing(), captured, processing());
    expect(texts).toHaveLength(2);
    expect(texts[1]).toBe(texts[0]);
    expect(inserted).toHaveLength(1);
    expect(inserted[0]?.status).toBe('processed');
    expect(inboxInserted[0]?.outcome).toBe('succeeded');
  });
});
