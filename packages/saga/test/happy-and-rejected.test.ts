import { describe, expect, it } from 'vitest';
import { MINUTE, placeOrder } from './place-order.ts';
import { given, T0 } from './story.ts';

describe('a saga in which everybody answers', () => {
  it('does its steps in order and is Completed by its last step', () => {
    given(placeOrder())
      .start()
      .expectStatus('Started')
      .expectCommand('CreateOrder')
      .succeeds()
      .expectStatus('InProgress')
      .expectCommand('ProcessPayment')
      .succeeds({ payment_id: 'p-1' })
      .expectCommand('ReserveInventory')
      .succeeds()
      .expectCommand('ApproveOrder')
      .succeeds()
      .expectCommand('ConfirmInventory')
      .succeeds()
      .expectEnd('Completed')
      .expectFailure(null)
      .expectSteps('completed', 'completed', 'completed', 'completed', 'completed')
      .expectHistory(
        'SagaStarted',
        'StepCompleted CreateOrder',
        'StepCompleted ProcessPayment',
        'StepCompleted ReserveInventory',
        'StepCompleted ApproveOrder',
        'StepCompleted ConfirmInventory',
      );
  });

  it('seed defect 40: keeps what a step answered for the commands that are built from it', () => {
    const story = given(placeOrder()).start().succeedsUntil('ProcessPayment').succeeds({ payment_id: 'p-1' });
    expect(story.instance.steps[1]?.result).toEqual({ payment_id: 'p-1' });
  });

  it('records when each step began and ended', () => {
    const story = given(placeOrder()).start().after(20).succeeds().after(30).succeeds();
    expect(story.instance.steps[1]).toMatchObject({ startedAt: T0 + 20, endedAt: T0 + 50, attempts: 1 });
  });

  it('leaves ConfirmInventory out for a participant that lacks it (rule P8)', () => {
    given(placeOrder({ inventory: { lacks: ['ConfirmInventory'] } }))
      .start()
      .succeedsUntil('ApproveOrder')
      .succeeds()
      .expectEnd('Completed')
      .expectSteps('completed', 'completed', 'completed', 'completed', 'skipped');
  });

  it('makes the same transitions whether the order participant is local or on Kafka (rule E4)', () => {
    const paths = (['local', 'kafka'] as const).map((placement) => {
      const begin = () => given(placeOrder({ order: { placement } })).start();
      const stories = [
        begin().succeeds().succeeds().succeeds().succeeds().succeeds(),
        begin().succeeds().fails().succeeds(),
        begin().succeeds().succeeds().cancel().succeeds().succeeds().succeeds(),
      ];
      return stories.map((story) => story.history);
    });
    expect(paths[0]).toEqual(paths[1]);
  });
});

describe('a saga with a rejected step', () => {
  it('is over at once when its first step is rejected: there is nothing to undo', () => {
    given(placeOrder())
      .start()
      .fails('UNKNOWN_CUSTOMER')
      .expectEnd('Compensated')
      .expectFailure('UNKNOWN_CUSTOMER')
      .expectSteps('rejected', 'pending', 'pending', 'pending', 'pending')
      .expectHistory('SagaStarted', 'StepRejected CreateOrder');
  });

  it('cancels the order when the payment is declined, and does not refund what was never taken', () => {
    given(placeOrder())
      .start()
      .succeedsUntil('ProcessPayment')
      .fails('CARD_DECLINED')
      .expectStatus('Compensating')
      .expectCommand('CancelOrder')
      .succeeds()
      .expectEnd('Compensated')
      .expectFailure('CARD_DECLINED')
      .expectSteps('undone', 'rejected', 'pending', 'pending', 'pending');
  });

  it('refunds, then cancels, when the stock is short: undone in reverse, one at a time', () => {
    given(placeOrder())
      .start()
      .succeedsUntil('ReserveInventory')
      .fails('INSUFFICIENT_STOCK')
      .expectCommand('CompensatePayment')
      .succeeds()
      .expectCommand('CancelOrder')
      .succeeds()
      .expectEnd('Compensated')
      .expectHistory(
        'SagaStarted',
        'StepCompleted CreateOrder',
        'StepCompleted ProcessPayment',
        'StepRejected ReserveInventory',
        'StepUndone ProcessPayment',
        'StepUndone CreateOrder',
      );
  });

  it('names the step when a rejection gives no reason', () => {
    const story = given(placeOrder()).start().succeedsUntil('ProcessPayment');
    story.answers(story.outstanding.commandId, 'failed');
    expect(story.instance.failure).toEqual({ code: 'REJECTED', message: 'payment rejected ProcessPayment' });
  });
});

describe('a Failed where no failure is possible (rule P4)', () => {
  it('seed defects 30 and 31: a further failure, repeated or of an undo, begins no undoing anew and forgets none', () => {
    const story = given(placeOrder()).start().succeedsUntil('ReserveInventory').fails('INSUFFICIENT_STOCK');
    for (let again = 0; again < 3; again += 1) {
      const { instance } = story;
      story.repeats('ReserveInventory', 'failed').expectIgnored('not-the-outstanding-command');
      expect(story.instance).toBe(instance);
      story.fails('PROVIDER_DOWN').expectNothingSent();
    }
    story.succeeds().expectCommand('CancelOrder');
    story.repeats('CompensatePayment', 'failed').expectIgnored('not-the-outstanding-command');
    story.succeeds().expectEnd('Compensated').expectFailure('INSUFFICIENT_STOCK');
    story.expectHistory(
      'SagaStarted',
      'StepCompleted CreateOrder',
      'StepCompleted ProcessPayment',
      'StepRejected ReserveInventory',
      'StepUndone ProcessPayment',
      'StepUndone CreateOrder',
    );
  });

  it('neither undoes nor skips a retriable step, but raises attention and goes on trying', () => {
    given(placeOrder())
      .start()
      .succeedsUntil('ConfirmInventory')
      .fails('NO_RESERVATION')
      .expectIgnored('failed-reply-to-undo-or-retriable')
      .expectAttention(
        /inventory answered Failed to ConfirmInventory, which cannot be refused: NO_RESERVATION/,
      )
      .wakesWhenDue()
      .expectResend('ConfirmInventory')
      .succeeds()
      .expectNoAttention()
      .expectEnd('Completed');
  });

  it('does not take a refund for refused', () => {
    const story = given(placeOrder()).start().succeedsUntil('ReserveInventory').fails();
    const before = story.instance;
    story
      .fails('PROVIDER_DOWN')
      .expectIgnored('failed-reply-to-undo-or-retriable')
      .expectAttention(/payment answered Failed to CompensatePayment/);
    expect(story.instance).toEqual({ ...before, attention: story.instance.attention });
    story.succeeds().expectNoAttention().expectCommand('CancelOrder');
  });

  it('raises attention once, however often the answer comes', () => {
    const story = given(placeOrder()).start().succeedsUntil('ConfirmInventory').fails('FIRST');
    story.after(MINUTE).fails('SECOND').expectAttention(/FIRST/);
    expect(story.decision.effects).toEqual([]);
  });
});
