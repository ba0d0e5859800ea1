import { describe, expect, it } from 'vitest';
import { MINUTE, placeOrder, SECOND } from './place-order.ts';
import { given } from './story.ts';

describe('only the answer to the outstanding command counts', () => {
  it('seed defect 19: ignores a repeated answer', () => {
    given(placeOrder())
      .start()
      .succeedsUntil('ReserveInventory')
      .repeats('ProcessPayment')
      .expectIgnored('not-the-outstanding-command')
      .repeats('ProcessPayment', 'failed')
      .expectIgnored('not-the-outstanding-command')
      .succeeds()
      .expectCommand('ApproveOrder');
  });

  it('ignores an answer to a command it never sent', () => {
    given(placeOrder())
      .start()
      .answers('00000000-0000-4000-8000-00000000f0f0', 'succeeded')
      .expectIgnored('not-the-outstanding-command')
      .expectStatus('Started');
  });

  it('seed defect 22: ignores the late Success of an action that is being undone', () => {
    given(placeOrder())
      .start()
      .succeedsUntil('ProcessPayment')
      .cancel()
      .expectCommand('CompensatePayment')
      .repeats('ProcessPayment')
      .expectIgnored('not-the-outstanding-command')
      .succeeds()
      .expectCommand('CancelOrder');
  });

  it('seed defects 20 and 21: is not moved by anything once it is over', () => {
    const events = [
      { type: 'admit' },
      { type: 'cancel', failure: { code: 'X', message: 'x' } },
      { type: 'wake', blind: false, mayResend: true },
      { type: 'reply', commandId: 'any', outcome: 'succeeded', result: null, error: null },
    ] as const;
    const completed = given(placeOrder()).start().succeedsUntil('ConfirmInventory').succeeds();
    const compensated = given(placeOrder()).start().fails();
    for (const story of [completed, compensated]) {
      const { instance } = story;
      for (const event of events) story.event(event).expectIgnored('saga-is-over');
      expect(story.instance).toBe(instance);
    }
  });

  it('does not believe an answer to a command that it has not sent yet', () => {
    const story = given(placeOrder()).start({ admitted: false }).succeeds().expectWaitsForAdmission();
    story.succeeds().expectIgnored('not-yet-sent');
  });
});

describe('admission (rule L9)', () => {
  it('does local work at once and holds the first remote command back until the saga is admitted', () => {
    given(placeOrder())
      .start({ admitted: false })
      .expectCommand('CreateOrder')
      .succeeds()
      .expectWaitsForAdmission()
      .expectSteps('completed', 'pending', 'pending', 'pending', 'pending')
      .admit()
      .expectCommand('ProcessPayment')
      .expectSteps('completed', 'running', 'pending', 'pending', 'pending')
      .succeeds()
      .expectCommand('ReserveInventory');
  });

  it('holds the very first command back when the order participant is remote too', () => {
    given(placeOrder({ order: { placement: 'kafka' } }))
      .start({ admitted: false })
      .expectWaitsForAdmission()
      .expectHistory('SagaStarted')
      .admit()
      .expectCommand('CreateOrder');
  });

  it('begins attempt and deadline when it is admitted, however long it waited', () => {
    const story = given(placeOrder())
      .start({ admitted: false })
      .succeeds()
      .after(60 * MINUTE)
      .admit();
    expect(story.outstanding).toMatchObject({
      sent: true,
      attempts: 1,
      issuedAt: story.now,
      dueAt: story.now + 5 * SECOND,
      deadlineAt: story.now + 15 * MINUTE,
    });
    story.wakesWhenDue().expectResend('ProcessPayment').expectNoAttention();
  });

  it('sends nothing and loses no patience while it waits', () => {
    const story = given(placeOrder()).start({ admitted: false }).succeeds();
    for (let i = 0; i < 30; i++) {
      story.wakesWhenDue().expectNothingSent().expectNoAttention().expectStatus('InProgress');
      expect(story.outstanding.dueAt).toBeGreaterThan(story.now);
    }
  });

  it('can be cancelled while it waits: what was not sent is dropped, not undone (rule E1)', () => {
    given(placeOrder())
      .start({ admitted: false })
      .succeeds()
      .cancel()
      .expectCommand('CancelOrder')
      .admit()
      .expectIgnored('already-compensating')
      .succeeds()
      .expectEnd('Compensated')
      .expectSteps('undone', 'dropped', 'pending', 'pending', 'pending');
  });

  it('is over at once when it is cancelled before anything was sent', () => {
    given(placeOrder({ order: { placement: 'kafka' } }))
      .start({ admitted: false })
      .cancel()
      .expectEnd('Compensated')
      .expectHistory('SagaStarted', 'CancelRequested');
  });

  it('notes an admission that comes while a local command is out, and admits once', () => {
    given(placeOrder())
      .start({ admitted: false })
      .admit()
      .expectNothingSent()
      .succeeds()
      .expectCommand('ProcessPayment')
      .admit()
      .expectIgnored('already-admitted');
  });

  it('does not hold an undo back', () => {
    // Its participant was local when the step was done, and was placed on Kafka since.
    const local = given(placeOrder()).start({ admitted: false }).succeeds().instance;
    const moved = given(placeOrder({ order: { placement: 'kafka' } })).continue(local);
    moved.cancel().expectCommand('CancelOrder').succeeds().expectEnd('Compensated');
  });
});
