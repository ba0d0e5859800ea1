import { describe, expect, it } from 'vitest';
import { attemptWaitMs } from '../src/schedule.ts';
import { MINUTE, placeOrder, SECOND } from './place-order.ts';
import { given, type Story, T0 } from './story.ts';

const payment = (variant = {}): Story => given(placeOrder(variant)).start().succeedsUntil('ProcessPayment');

describe('silence', () => {
  it('is met by the same command with the same id, after waits that double up to the longest', () => {
    const story = payment();
    const id = story.outstanding.commandId;
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      waits.push((story.outstanding.dueAt - story.now) / SECOND);
      story.wakesWhenDue().expectResend('ProcessPayment');
      expect(story.outstanding.commandId).toBe(id);
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60, 60]);
    expect(story.instance.steps[1]?.attempts).toBe(8);
  });

  it('is not disturbed by a wake-up that comes before it is due', () => {
    payment()
      .after(4 * SECOND)
      .wake()
      .expectIgnored('not-due');
  });

  it('is no reason to send again when the re-send budget is empty: only the next look is set', () => {
    const story = payment();
    story.wakesWhenDue({ mayResend: false }).expectNothingSent();
    expect(story.outstanding).toMatchObject({ attempts: 1, dueAt: story.now + 5 * SECOND });
  });

  it('asks for attention when it lasts longer than a minute, once, and ends it with the answer', () => {
    const story = payment();
    while (story.outstanding.dueAt < T0 + MINUTE) story.wakesWhenDue().expectNoAttention();
    story
      .wakesWhenDue()
      .expectResend('ProcessPayment')
      .expectAttention(/^no answer from payment to ProcessPayment since 2026-01-01T00:00:00.000Z$/);
    const raisedAt = story.now;
    story.wakesWhenDue();
    expect(story.instance.attention?.since).toBe(raisedAt);
    story.succeeds().expectNoAttention();
    expect(story.decision.effects[0]).toEqual({ type: 'attention-cleared' });
  });

  it('of a local command is ended by doing it again, sight of the broker or not', () => {
    given(placeOrder())
      .start()
      .wakesWhenDue({ blind: true, mayResend: false })
      .expectResend('CreateOrder')
      .succeeds()
      .expectCommand('ProcessPayment');
  });
});

describe('time that does not count against a participant (rule E2)', () => {
  it('stands still while nobody could see its answer: no re-send, no deadline, no attention', () => {
    const story = payment();
    const remainingMs = story.outstanding.deadlineAt - story.now;
    for (let i = 0; i < 1_000; i++)
      story.wakesWhenDue({ blind: true }).expectNothingSent().expectNoAttention();
    expect(story.now - T0).toBeGreaterThan(60 * MINUTE);
    expect(story.outstanding.deadlineAt - story.now).toBe(remainingMs);
    story.wakesWhenDue().expectResend('ProcessPayment').expectNoAttention().expectStatus('InProgress');
  });

  it('does not run while a wake-up is late: it re-sends, and the deadline moves on by the lateness', () => {
    const story = payment();
    const { deadlineAt } = story.outstanding;
    story
      .wakesWhenDue({ lateMs: 60 * MINUTE })
      .expectResend('ProcessPayment')
      .expectNoAttention();
    expect(story.outstanding.deadlineAt).toBe(deadlineAt + 60 * MINUTE);
  });

  it('does not cancel after an outage that hid the deadline itself: the participant is asked once more', () => {
    const story = payment();
    while (story.outstanding.dueAt < story.outstanding.deadlineAt) story.wakesWhenDue();
    story
      .wakesWhenDue({ lateMs: 10 * MINUTE })
      .expectResend('ProcessPayment')
      .expectStatus('InProgress');
    story.wakesWhenDue().expectCommand('CompensatePayment').expectStatus('Compensating');
  });
});

describe('the jitter of an attempt', () => {
  const timing = { attemptMs: 5_000, maxAttemptMs: 60_000, attentionMs: 60_000 };

  it('takes off at most a fifth, and never adds', () => {
    expect([0, 0.5, 1].map((jitter) => attemptWaitMs(timing, 1, jitter))).toEqual([4_000, 4_500, 5_000]);
    expect([0, 0.5, 1].map((jitter) => attemptWaitMs(timing, 9, jitter))).toEqual([48_000, 54_000, 60_000]);
  });

  it('stays within the longest wait after any number of attempts', () => {
    expect(attemptWaitMs(timing, 5_000, 1)).toBe(60_000);
  });
});
