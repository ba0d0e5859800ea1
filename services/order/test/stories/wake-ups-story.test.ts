import { describe, expect, it } from 'vitest';
import { given, ORDER, SAGA_ID, T0 } from './order-story.ts';

describe('the last try of a message (rule E3)', () => {
  it('leaves its local command outstanding with a wake-up, which runs it', () => {
    const story = given().start().succeeds();
    const reply = story.reply();
    story.replied(reply, { isLastTry: true }).expectStatus('InProgress', 'created');
    expect(story.saga.instance.outstanding).toMatchObject({ sent: true, attempts: 1 });
    expect(story.due.has(SAGA_ID)).toBe(true);
    story.replied(reply).expectIgnored('not-the-outstanding-command');
    story.wakes({ isLastTry: true }).expectStatus('InProgress', 'created');
    story.wakes({ blind: true, mayResend: false }).expectStatus('InProgress', 'approved');
    expect(story.answer).toEqual({ kind: 'woken', resent: false });
    story.succeeds().expectStatus('Completed', 'approved').expectOver();
  });

  it('of a cancel puts the local undo off, too', () => {
    const story = given().start().cancel('r');
    story.replied(story.reply(), { isLastTry: true });
    story
      .expectStatus('Compensating', 'created')
      .wakes()
      .expectStatus('Compensated', 'cancelled')
      .expectOver();
  });

  it('of a start that is not admitted gets in line when its local step is made up for', () => {
    const story = given();
    story.start({ admitted: false }, { isLastTry: true });
    expect([story.orders.size, story.waiting.size]).toEqual([0, 0]);
    story.wakes();
    expect([story.orders.size, story.waiting.size]).toEqual([1, 1]);
    story.admit().expectSent('ProcessPayment');
  });

  it('and a stored reply is fed to the engine by the wake-up, not decided anew', () => {
    const story = given().start().succeeds();
    story.replied(story.reply(), { isLastTry: true });
    const key = `${SAGA_ID}:ApproveOrder:forward:0`;
    const { commandId = '' } = story.saga.instance.outstanding ?? {};
    const reply =
      '{"id":"1a1a0000-0000-4000-8000-000000000001","command_id":"1a1a0000-0000-4000-8000-000000000002","saga_id":"5a6a0000-0000-4000-8000-000000000001","status":"Success","result":{"approved":true},"error":null,"created_at":"2026-01-01T00:00:00.000Z"}';
    const commandType = 'ApproveOrder';
    story.inbox.set(key, {
      idempotencyKey: key,
      sagaId: SAGA_ID,
      commandId,
      commandType,
      outcome: 'succeeded',
      reply,
    });
    story.wakes().expectSent('ProcessPayment', 'ReserveInventory', 'ConfirmInventory');
    expect(story.orders.get(ORDER.orderId)?.status).toBe('created');
  });
});

describe('the wake-up (rule E5)', () => {
  it('stays where it was set while the saga moves on in time', () => {
    const story = given()
      .start()
      .expectDue(T0 + 5_000);
    story
      .after(1_000)
      .succeeds()
      .after(1_000)
      .succeeds()
      .expectDue(T0 + 5_000);
  });

  it('that comes before anything is due is set to the true due time, in both places', () => {
    const story = given().start().after(4_000).succeeds().wakes().expectIgnored('not-due');
    story.expectDue(T0 + 9_000);
  });

  it('is moved forward when the next command is due before it', () => {
    const story = given().start();
    for (let n = 0; n < 6; n += 1) story.wakes();
    const { wakeAt = 0 } = story.due.get(SAGA_ID) ?? {};
    expect(wakeAt - story.now).toBeGreaterThan(20_000);
    story.after(1_000).succeeds();
    story.expectDue(story.now + 5_000);
  });

  it('that a claim has moved into the future is set back by the reply that comes first', () => {
    const story = given().start();
    const row = story.due.get(SAGA_ID);
    story.after(5_100);
    // Claimed by a process that then died.
    if (row) story.due.set(SAGA_ID, { ...row, wakeAt: story.now + 30_000 });
    story.succeeds();
    story.expectDue(story.now + 5_000);
  });

  it('of a saga that is over, or unknown, only removes the row', () => {
    const story = given().start().fails('CARD_DECLINED');
    story.due.set(SAGA_ID, { sagaId: SAGA_ID, wakeAt: T0, inFlight: true });
    const before = story.saga;
    story.wakes().expectOver();
    expect(story.saga).toEqual(before);
  });
});

describe('an answer that cannot be believed (rule P7)', () => {
  it.each([
    ['no payment is named', { result: { refunded: true } }],
    ['an action is said to be undone', { status: 'Compensated' as const }],
  ])('is thrown out, and changes nothing: %s', (_what, change) => {
    const story = given().start();
    const before = story.saga;
    expect(() => story.replied({ ...story.reply(), ...change })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_RESULT' }),
    );
    expect(story.saga).toEqual(before);
  });
});
