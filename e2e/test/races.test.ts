import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import {
  CUP,
  createOrder,
  GRINDER,
  newId,
  operatorOf,
  outcomeOf,
  place,
  postOrder,
  readOrder,
  setAvailable,
  stockOf,
  Watch,
  type WholeSystem,
} from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

const TEN = Array.from({ length: 10 });
const HUNDRED = Array.from({ length: 100 });

describeWithKafka('orders at the same time', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 50);
  });
  keepInvariants(() => system);

  test('of 100 for the last 10 pieces exactly 10 are approved, and 90 cancelled and refunded', async () => {
    await setAvailable(system, GRINDER, 10);
    const before = await stockOf(system, GRINDER);
    const order = () => ({
      customer_id: newId(),
      product_id: GRINDER,
      quantity: 1,
      total_amount: 99.99,
      payment_method: 'test_approve',
    });
    const accepted = await Promise.all(HUNDRED.map(() => place(system, order())));
    const ended = await Promise.all(accepted.map(({ order_id }) => outcomeOf(system, order_id)));

    expect(ended.filter(({ status }) => status === 'approved')).toHaveLength(10);
    const cancelled = ended.filter(({ status }) => status === 'cancelled');
    expect(cancelled).toHaveLength(90);
    expect(new Set(cancelled.map(({ failure_code }) => failure_code))).toEqual(
      new Set(['INSUFFICIENT_INVENTORY']),
    );
    await expectInvariants(system);
    expect(await stockOf(system, GRINDER)).toEqual({ available: 0, reserved: 0, sold: before.sold + 10 });
    const { payments } = operatorOf(system).payment;
    for (const { order_id } of cancelled) {
      expect(await payments.byOrder.query({ orderId: order_id })).toMatchObject({
        status: 'refunded',
        capturedMinor: 9_999,
        refundedMinor: 9_999,
      });
    }
  });

  test('with one idempotency key over REST are one order and one charge', async () => {
    const before = await stockOf(system, CUP);
    const order = { customer_id: newId(), product_id: CUP, quantity: 1, total_amount: 14.99 };
    const key = newId();
    const answers = await Promise.all(TEN.map(() => place(system, order, key)));
    const ids = new Set(answers.map(({ order_id }) => order_id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect(await outcomeOf(system, id)).toMatchObject({ status: 'approved' });

    // Long after it ended, and written otherwise: still the same order.
    expect(await place(system, { ...order, total_amount: '14.990' }, key)).toMatchObject({ order_id: id });
    expect(await operatorOf(system).payment.payments.byOrder.query({ orderId: id })).toMatchObject({
      status: 'processed',
      capturedMinor: 1_499,
    });
    await expectInvariants(system);
    expect((await stockOf(system, CUP)).sold).toBe(before.sold + 1);

    expect(await postOrder(system, { ...order, quantity: 2 }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  test('with one idempotency key and two different bodies are one order and one conflict', async () => {
    const order = { customer_id: newId(), product_id: CUP, quantity: 1, total_amount: 14.99 };
    const key = newId();
    const answers = await Promise.all([
      postOrder(system, order, key),
      postOrder(system, { ...order, quantity: 2, total_amount: 29.98 }, key),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const { body } = answers.find(({ status }) => status === 200) ?? {};
    expect(await outcomeOf(system, String(body?.order_id))).toMatchObject({ status: 'approved' });
  });

  test('with one idempotency key over GraphQL are one order, told in its present state', async () => {
    const input = {
      idempotencyKey: newId(),
      customerId: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
    };
    const answers = await Promise.all(TEN.map(() => createOrder(system, input)));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const ids = new Set(answers.map(({ order }) => order?.id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    await new Watch(system, id).rest();
    expect((await createOrder(system, input)).order).toMatchObject({ id, status: 'APPROVED', version: 6 });
    expect(await readOrder(system, id)).toMatchObject({ payment: { captured: { amount: '14.99' } } });

    const other = { ...input, lines: [{ productId: CUP, quantity: 2 }] };
    expect(await createOrder(system, other)).toMatchObject({
      order: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
    });
  });

  test('with one idempotency key of two customers are two orders', async () => {
    const key = newId();
    const order = () => ({ customer_id: newId(), product_id: CUP, quantity: 1, total_amount: 14.99 });
    const placed = await Promise.all([place(system, order(), key), place(system, order(), key)]);
    expect(placed[0].order_id).not.toBe(placed[1].order_id);
    for (const { order_id } of placed) {
      expect(await outcomeOf(system, order_id)).toMatchObject({ status: 'approved' });
    }
  });
});
