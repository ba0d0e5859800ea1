import { describe, expect, it } from 'vitest';
import { given, ORDER, type OrderStory, SAGA_ID } from './order-story.ts';

const PLACEMENTS = ['local', 'kafka'] as const;

describe.each(PLACEMENTS)('an order, its participant %s,', (orderPlacement) => {
  const order = () => given({ orderPlacement });

  it('is created, paid, reserved, approved and its stock confirmed', () => {
    order()
      .start()
      .expectStatus('InProgress', 'created')
      .expectSent('ProcessPayment')
      .succeeds()
      .expectSent('ProcessPayment', 'ReserveInventory')
      .succeeds()
      .expectStatus('InProgress', 'approved')
      .expectSent('ProcessPayment', 'ReserveInventory', 'ConfirmInventory')
      .succeeds()
      .expectStatus('Completed', 'approved')
      .expectOver()
      .expectHistory(
        'SagaStarted -> pending',
        'StepCompleted CreateOrder -> created',
        'StepCompleted ProcessPayment -> created',
        'StepCompleted ReserveInventory -> created',
        'StepCompleted ApproveOrder -> approved',
        'StepCompleted ConfirmInventory -> approved',
      );
  });

  it('is cancelled when the payment is declined', () => {
    order()
      .start()
      .fails('CARD_DECLINED')
      .expectStatus('Compensated', 'cancelled')
      .expectOver()
      .expectSent('ProcessPayment')
      .expectHistory(
        'SagaStarted -> pending',
        'StepCompleted CreateOrder -> created',
        'StepRejected ProcessPayment -> created',
        'StepUndone CreateOrder -> cancelled',
      );
  });

  it('is refunded and cancelled when the stock is short; the refund names the payment', () => {
    const paymentId = 'aaaaaaaa-0000-4000-8000-000000000001';
    const story = order()
      .start()
      .succeeds({ payment_id: paymentId })
      .fails('INSUFFICIENT_INVENTORY')
      .expectSent('ProcessPayment', 'ReserveInventory', 'CompensatePayment');
    expect(JSON.parse(story.last.text).payload).toMatchObject({ payment_id: paymentId, amount_minor: 9_999 });
    story.succeeds().expectStatus('Compensated', 'cancelled').expectOver();
    expect(story.saga.instance.failure).toEqual({ code: 'INSUFFICIENT_INVENTORY', message: 'no' });
  });

  it('whose payment stays silent past the deadline is undone by the id the payment would have had (rule P5)', () => {
    const story = order().start();
    while (story.saga.instance.direction === 'forward') story.wakes();
    expect(story.saga.instance.failure?.code).toBe('STEP_TIMED_OUT');
    expect(story.last.type).toBe('CompensatePayment');
    expect(JSON.parse(story.last.text).payload.payment_id).toMatch(/^[0-9a-f-]{36}$/);
    story
      .succeeds()
      .expectStatus('Compensated', 'cancelled')
      .expectOver()
      .expectHistory(
        'SagaStarted -> pending',
        'StepCompleted CreateOrder -> created',
        'StepTimedOut ProcessPayment -> created',
        'StepUndone ProcessPayment -> created',
        'StepUndone CreateOrder -> cancelled',
      );
  });

  it('past its pivot is tried for ever: no deadline turns it back', () => {
    const story = order().start().succeedsUntil('ConfirmInventory');
    for (let n = 0; n < 60; n += 1) story.wakes();
    story.expectStatus('InProgress', 'approved');
    expect(story.saga.instance.attention?.reason).toMatch(/no answer from inventory to ConfirmInventory/);
    expect(story.due.get(SAGA_ID)?.inFlight).toBe(false);
    story.succeeds().expectStatus('Completed', 'approved').expectOver();
  });

  it.each(['ProcessPayment', 'ReserveInventory'] as const)(
    'cancelled while %s is open undoes it first',
    (type) => {
      const story = order().start().succeedsUntil(type).cancel();
      const undo = type === 'ProcessPayment' ? 'CompensatePayment' : 'CompensateInventory';
      expect([story.answer?.kind, story.last.type]).toEqual(['cancel-accepted', undo]);
      const late = story.sent.find((sent) => sent.type === type);
      story.replied(story.reply(late)).expectIgnored('not-the-outstanding-command');
      while (story.saga.instance.outstanding) story.succeeds();
      story.expectStatus('Compensated', 'cancelled').expectOver();
    },
  );

  it('cancelled past the pivot is refused, and stays so under the same request', () => {
    const story = order().start().succeedsUntil('ConfirmInventory').cancel('r');
    expect(story.answer).toEqual({ kind: 'cancel-refused', cause: 'PAST_PIVOT' });
    story.succeeds().cancel('r');
    expect(story.answer).toEqual({ kind: 'cancel-refused', cause: 'PAST_PIVOT' });
    story.expectStatus('Completed', 'approved');
  });

  it('that waits for admission has sent nothing, and a cancel drops it out of the line', () => {
    const story = order().start({ admitted: false }).expectSent();
    expect([story.waiting.has(SAGA_ID), story.due.get(SAGA_ID)?.inFlight]).toEqual([true, false]);
    story.wakes().expectSent();
    story.cancel().expectOver().expectSent();
    expect([story.saga.instance.status, story.history.at(-1)?.orderStatus]).toEqual([
      'Compensated',
      'cancelled',
    ]);
    story.admit().expectSent();
  });

  it('that is admitted goes on, and its deadline begins only then', () => {
    const story = order().start({ admitted: false }).after(3_600_000).admit();
    expect(story.last.type).toBe('ProcessPayment');
    expect(story.saga.instance.outstanding?.deadlineAt).toBe(story.now + 15 * 60_000);
    expect([story.waiting.has(SAGA_ID), story.due.get(SAGA_ID)?.inFlight]).toEqual([false, true]);
    story.admit().expectIgnored('already-admitted');
    story.succeeds().succeeds().succeeds().expectStatus('Completed', 'approved').expectOver();
  });
});

it('takes one path under both placements: the same history, versions and times (rule E4)', () => {
  const stories = [
    (story: OrderStory) => story.start().after(10).succeeds().after(10).succeeds().after(10).succeeds(),
    (story: OrderStory) => story.start().after(10).fails(),
    (story: OrderStory) => story.start().succeeds().after(5).cancel().succeeds().succeeds(),
  ];
  for (const tell of stories) {
    const [local, kafka] = PLACEMENTS.map((orderPlacement) => tell(given({ orderPlacement })).history);
    expect(kafka).toEqual(local);
  }
});

describe('a start', () => {
  it('that runs again after a commit of unknown outcome finds what it made (rule L6)', () => {
    const story = given().start({ idempotencyKey: null });
    const before = story.saga;
    story.start({ idempotencyKey: null });
    expect(story.answer).toEqual({ kind: 'started', saga: before, created: true });
    expect(story.sagas.size).toBe(1);
    story.expectSent('ProcessPayment');
  });

  it('with a known key is that order, in its present state; with other contents a conflict (rule C1)', () => {
    const story = given().start().fails('CARD_DECLINED');
    const again = { sagaId: '5a6a0000-0000-4000-8000-000000000002' };
    story.start(again);
    expect(story.answer).toEqual({ kind: 'started', saga: story.saga, created: false });
    story.start({ ...again, sent: '{"what":"else"}' });
    expect(story.answer).toEqual({ kind: 'key-reused' });
    expect(story.sagas.size).toBe(1);
  });

  it('whose order id another saga holds is refused and over', () => {
    const story = given();
    const other = { ...ORDER, id: ORDER.orderId, sagaId: 'other', totalMinor: 1, currency: 'USD' };
    story.orders.set(ORDER.orderId, { ...other, status: 'created', origin: 'foreign' });
    story
      .start()
      .expectOver()
      .expectHistory('SagaStarted -> pending', 'StepRejected CreateOrder -> cancelled');
    expect(story.orders.get(ORDER.orderId)?.sagaId).toBe('other');
  });
});
