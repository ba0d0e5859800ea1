import { describeWithKafka } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CUP,
  cancelOrder,
  newId,
  type OwnSystem,
  operatorOf,
  ordered,
  outcomeOf,
  place,
  readOrder,
  startWholeSystem,
  stockOf,
  UNKNOWN_PRODUCT,
  versionsOf,
  Watch,
} from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { placeBySeedLine, SEED_LINES } from './set-up/seed-curl.ts';

describeWithKafka('with every step over Kafka, as the seed has it, and every credit card declined,', () => {
  let system: OwnSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      broker: 'kafka',
      env: { ORDER_PARTICIPANT: 'kafka', PAYMENT_DECLINE_SHARE: '1', PROVIDER_LATE_MS: '3000' },
    });
  });
  afterAll(() => system?.stop());
  keepInvariants(() => system);

  const order = (paymentMethod: string) =>
    ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod,
    });

  test('an order takes the same course as with local steps, and is pending until it is created', async () => {
    const { id } = await order('TEST_APPROVE');
    const course = await new Watch(system, id, 0).rest();
    expect(versionsOf(course)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(course.map(({ orderStatus, step }) => `${orderStatus} ${step}`)).toEqual([
      'PENDING null',
      'CREATED CreateOrder',
      'CREATED ProcessPayment',
      'CREATED ReserveInventory',
      'APPROVED ApproveOrder',
      'APPROVED ConfirmInventory',
    ]);
  });

  test('an order whose payment is declined is undone', async () => {
    const { id } = await order('TEST_DECLINE');
    const course = await new Watch(system, id, 0).rest();
    expect(course.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'SAGA_STARTED null',
      'STEP_COMPLETED CreateOrder',
      'STEP_REJECTED ProcessPayment',
      'STEP_UNDONE CreateOrder',
    ]);
    expect(course.at(-1)).toMatchObject({ orderStatus: 'CANCELLED', sagaStatus: 'COMPENSATED' });
  });

  test('an order of an unknown product is undone in reverse order', async () => {
    const { order_id } = await place(system, {
      customer_id: newId(),
      product_id: UNKNOWN_PRODUCT,
      quantity: 1,
      total_amount: 199.99,
      payment_method: 'test_approve',
    });
    expect(await outcomeOf(system, order_id)).toMatchObject({ status: 'cancelled' });
    const course = await new Watch(system, order_id, 3).rest();
    expect(course.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'STEP_REJECTED ReserveInventory',
      'STEP_UNDONE ProcessPayment',
      'STEP_UNDONE CreateOrder',
    ]);
  });

  test('an order can be cancelled while its payment is under way: the charge is taken back', async () => {
    const { id } = await order('TEST_LATE');
    const watch = new Watch(system, id, 0);
    await watch.until(({ currentStep }) => currentStep === 'ProcessPayment');
    expect(await cancelOrder(system, id, 'changed my mind')).toMatchObject({
      order: { id, failure: { code: 'CANCELLED_BY_CUSTOMER', message: 'changed my mind' } },
      userErrors: [],
    });
    const course = await watch.rest();
    expect(course.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'CANCEL_REQUESTED null',
      'STEP_UNDONE ProcessPayment',
      'STEP_UNDONE CreateOrder',
    ]);
    await expectInvariants(system);
    const { status, payment } = await readOrder(system, id);
    expect(status).toBe('CANCELLED');
    expect(payment?.captured).toEqual(payment?.refunded);
    expect(await cancelOrder(system, id, 'again')).toMatchObject({ userErrors: [] });
  });

  test('an approved order can no longer be cancelled', async () => {
    const { id } = await order('TEST_APPROVE');
    await new Watch(system, id).rest();
    expect(await cancelOrder(system, id, 'too late')).toMatchObject({
      order: null,
      userErrors: [{ code: 'PAST_PIVOT' }],
    });
    expect(await readOrder(system, id)).toMatchObject({ status: 'APPROVED' });
  });

  test.each(['successful', 'paymentMayFail', 'unknownProduct'] as const)(
    "the order of the seed's curl line '%s' ends cancelled, with nothing captured and no stock taken",
    async (line) => {
      const before = await stockOf(system, CUP);
      const { order_id, status } = await placeBySeedLine(system, SEED_LINES[line]);
      expect(status).toBe('started');
      expect(await outcomeOf(system, order_id)).toMatchObject({
        status: 'cancelled',
        failure_reason: expect.stringMatching(/^Payment processing failed/),
      });
      const operator = operatorOf(system);
      expect(await operator.payment.payments.byOrder.query({ orderId: order_id })).toMatchObject({
        status: 'declined',
        capturedMinor: 0,
        declineCode: 'CARD_DECLINED',
      });
      expect(await operator.inventory.reservations.byOrder.query({ orderId: order_id })).toBeNull();
      expect(await stockOf(system, CUP)).toEqual(before);
    },
  );
});
