import { ONE_PROCESS_PER_SERVICE } from '@order-saga/cli';
import { describeWithKafka, eventually } from '@order-saga/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  CUP,
  getOrder,
  newId,
  type OwnSystem,
  operatorOf,
  outcomeOf,
  place,
  postOrder,
  startWholeSystem,
  UNKNOWN_PRODUCT,
  versionsOf,
  Watch,
} from '../src/index.ts';
import { expectAtRest } from './set-up/expect-invariants.ts';
import { SeedParticipants } from './set-up/seed-participants.ts';
import { Wire } from './set-up/wire.ts';

describeWithKafka("our orchestrator, with the seed's payment and inventory services,", () => {
  let system: OwnSystem;
  let wire: Wire;
  let seed: SeedParticipants;
  beforeAll(async () => {
    system = await startWholeSystem({
      broker: 'kafka',
      env: { PAYMENT_PARTICIPANT: 'seed', INVENTORY_PARTICIPANT: 'seed', ATTEMPT_TIMEOUT_MS: '1000' },
      processes: ONE_PROCESS_PER_SERVICE.filter(({ name }) => name === 'order' || name === 'gateway'),
    });
    wire = new Wire(system);
    seed = new SeedParticipants(wire, { [CUP]: 10 });
    await seed.start();
  });
  afterAll(async () => {
    await wire?.close();
    await system?.stop();
  });
  afterEach(async () => {
    seed.declinesPayments = false;
    seed.paymentsHeld = null;
    await expectAtRest(system);
    expect(seed.unreadable).toEqual([]);
  });

  const order = (quantity = 1, product_id = CUP) => ({
    customer_id: newId(),
    product_id,
    quantity,
    total_amount: 99.99,
  });

  test('brings an order to its approval: paid, reserved, and nothing asked that they do not know', async () => {
    const { order_id } = await place(system, order(2));
    const course = await new Watch(system, order_id, 0).rest();
    expect(course.at(-1)).toMatchObject({ orderStatus: 'APPROVED', sagaStatus: 'COMPLETED' });
    expect(versionsOf(course)).toEqual(course.map((_, index) => index + 1));
    expect(seed.done.get(order_id)).toEqual(['ProcessPayment', 'ReserveInventory']);
    expect(seed.captured.get(order_id)).toBe(99.99);
    expect(seed.stock.get(CUP)).toBe(8);
  });

  test('cancels an order that they decline', async () => {
    seed.declinesPayments = true;
    const { order_id } = await place(system, order());
    expect(await outcomeOf(system, order_id)).toMatchObject({
      status: 'cancelled',
      failure_reason: 'Payment processing failed',
    });
    expect(seed.done.get(order_id)).toEqual(['ProcessPayment']);
  });

  test.each([
    ['of a product that they do not have', order(1, UNKNOWN_PRODUCT), 'Product not found'],
    ['of more than they have', order(1_000), 'Insufficient inventory'],
  ])('has an order %s refunded, and cancels it', async (_what, body, failure_reason) => {
    const { order_id } = await place(system, body);
    expect(await outcomeOf(system, order_id)).toMatchObject({ status: 'cancelled', failure_reason });
    await expectAtRest(system);
    expect(seed.done.get(order_id)).toEqual(['ProcessPayment', 'ReserveInventory', 'CompensatePayment']);
    expect(seed.captured.has(order_id)).toBe(false);
  });

  test('does not undo what they have not answered: a late charge is waited for, then refunded', async () => {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    seed.paymentsHeld = promise;
    try {
      const { order_id } = await place(system, order());
      const { orders } = operatorOf(system).order;
      await orders.cancel.mutate({ orderId: order_id, requestId: newId(), reason: 'changed my mind' });
      await eventually(
        async () => {
          const { saga } = (await orders.byId.query({ id: order_id })) ?? {};
          expect(saga).toMatchObject({
            status: 'Compensating',
            attention: { reason: expect.stringMatching(/./) },
          });
        },
        { describe: 'a saga that asks for attention' },
      );
      expect(await getOrder(system, order_id)).toMatchObject({ status: 'created' });
      expect(seed.done.has(order_id)).toBe(false);
      release();
      expect(await outcomeOf(system, order_id)).toMatchObject({ status: 'cancelled' });
      expect(seed.done.get(order_id)?.at(-1)).toBe('CompensatePayment');
      expect(new Set(seed.done.get(order_id))).toEqual(new Set(['ProcessPayment', 'CompensatePayment']));
      expect(seed.captured.has(order_id)).toBe(false);
    } finally {
      release();
    }
  });

  test('refuses an order of two products, which they could not read', async () => {
    const items = [
      { product_id: CUP, quantity: 1 },
      { product_id: UNKNOWN_PRODUCT, quantity: 1 },
    ];
    expect(await postOrder(system, { customer_id: newId(), items, total_amount: 20 })).toMatchObject({
      status: 422,
      body: { code: 'UNSUPPORTED_ORDER', field: 'items' },
    });
  });
});
