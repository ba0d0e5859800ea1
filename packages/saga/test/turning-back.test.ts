import { describe, expect, it } from 'vitest';
import { MINUTE, placeOrder, SECOND } from './place-order.ts';
import { given } from './story.ts';

const COMPENSATABLE = [
  { action: 'CreateOrder', undos: ['CancelOrder'] },
  { action: 'ProcessPayment', undos: ['CompensatePayment', 'CancelOrder'] },
  { action: 'ReserveInventory', undos: ['CompensateInventory', 'CompensatePayment', 'CancelOrder'] },
] as const;

describe.each(COMPENSATABLE)('while $action is out (rule E1)', ({ action, undos }) => {
  it('a cancel undoes it first, although its outcome is unknown, then the completed steps in reverse', () => {
    const story = given(placeOrder()).start().succeedsUntil(action).cancel();
    for (const undo of undos) story.expectStatus('Compensating').expectCommand(undo).succeeds();
    story.expectEnd('Compensated').expectFailure('CANCELLED_BY_CUSTOMER');
  });

  it('its deadline does the same, and the reason names the step', () => {
    const story = given(placeOrder()).start().succeedsUntil(action).staysSilentUntilDeadline();
    expect(story.history.at(-1)).toMatchObject({
      kind: 'StepTimedOut',
      step: action,
      failure: { code: 'STEP_TIMED_OUT', message: `${action} was not answered within 900 s` },
    });
    for (const undo of undos) story.expectCommand(undo).succeeds();
    story.expectEnd('Compensated');
  });

  it('a second cancel changes nothing', () => {
    given(placeOrder())
      .start()
      .succeedsUntil(action)
      .cancel()
      .cancel()
      .expectIgnored('already-compensating')
      .expectLastCommand(undos[0]);
  });
});

describe.each(['ApproveOrder', 'ConfirmInventory'] as const)('past the pivot, while %s is out', (action) => {
  it('a cancel is refused: the client may already have been told', () => {
    const story = given(placeOrder()).start().succeedsUntil(action);
    story.cancel().expectIgnored('past-pivot').succeeds();
  });

  it('seed defect 33: it is tried for ever: its deadline only raises attention', () => {
    const story = given(placeOrder({ timing: { attentionMs: 60 * MINUTE } }))
      .start()
      .succeedsUntil(action);
    while (story.outstanding.dueAt < story.outstanding.deadlineAt) story.wakesWhenDue().expectNoAttention();
    story
      .wakesWhenDue()
      .expectResend(action)
      .expectAttention(new RegExp(`no answer from (order|inventory) to ${action} since`));
    for (let i = 0; i < 100; i++) story.wakesWhenDue().expectResend(action);
    story.expectStatus('InProgress').succeeds().expectNoAttention();
  });
});

it('an undo is tried for ever: its deadline only raises attention', () => {
  const story = given(placeOrder()).start().succeedsUntil('ProcessPayment').cancel();
  for (let i = 0; i < 100; i++) story.wakesWhenDue().expectResend('CompensatePayment');
  story.expectStatus('Compensating').expectAttention(/no answer from payment to CompensatePayment since/);
  story.succeeds().expectNoAttention().succeeds().expectEnd('Compensated');
});

describe('a participant without tombstones (rule P7)', () => {
  const withoutTombstones = placeOrder({ payment: { tombstones: false } });

  it('is not undone before its action was answered; a Success then leads to its undo', () => {
    given(withoutTombstones)
      .start()
      .succeedsUntil('ProcessPayment')
      .cancel()
      .expectNothingSent()
      .expectStatus('Compensating')
      .expectSteps('completed', 'unknown', 'pending', 'pending', 'pending')
      .expectAttention(/payment must answer ProcessPayment before it can be undone/)
      .wakesWhenDue()
      .expectResend('ProcessPayment')
      .succeeds()
      .expectNoAttention()
      .expectCommand('CompensatePayment')
      .succeeds()
      .expectCommand('CancelOrder')
      .succeeds()
      .expectEnd('Compensated')
      .expectHistory(
        'SagaStarted',
        'StepCompleted CreateOrder',
        'CancelRequested',
        'StepCompleted ProcessPayment',
        'StepUndone ProcessPayment',
        'StepUndone CreateOrder',
      );
  });

  it('needs no undo when its action turns out to be rejected, and the first reason stands', () => {
    given(withoutTombstones)
      .start()
      .succeedsUntil('ProcessPayment')
      .cancel()
      .fails('CARD_DECLINED')
      .expectCommand('CancelOrder')
      .expectNoAttention()
      .succeeds()
      .expectEnd('Compensated')
      .expectFailure('CANCELLED_BY_CUSTOMER')
      .expectSteps('undone', 'rejected', 'pending', 'pending', 'pending');
  });

  it('is asked on and on after the deadline', () => {
    const story = given(withoutTombstones).start().succeedsUntil('ProcessPayment').staysSilentUntilDeadline();
    story.expectNothingSent().expectStatus('Compensating').expectFailure('STEP_TIMED_OUT');
    expect(story.outstanding.dueAt).toBeGreaterThan(story.now);
    for (let i = 0; i < 50; i++) story.wakesWhenDue().expectResend('ProcessPayment');
    story.succeeds().expectCommand('CompensatePayment');
  });

  it('is undone like any other once its action is done', () => {
    given(withoutTombstones)
      .start()
      .succeedsUntil('ReserveInventory')
      .fails()
      .expectCommand('CompensatePayment')
      .expectNoAttention();
  });

  it('is not asked at all for what was never sent', () => {
    given(withoutTombstones)
      .start({ admitted: false })
      .succeeds()
      .cancel()
      .expectNoAttention()
      .expectCommand('CancelOrder');
  });
});

it('turns back at a deadline shorter than an attempt when the deadline comes, not when the attempt would', () => {
  const story = given(placeOrder({ deadlineMs: 2 * SECOND }))
    .start()
    .succeeds()
    .wakesWhenDue();
  story.expectCommand('CompensatePayment');
  expect(story.now - (story.history[1]?.at ?? 0)).toBe(2 * SECOND);
});
