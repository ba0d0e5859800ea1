import { randomUUID } from 'node:crypto';
import type { CreateOrderInput } from '@order-saga/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, type OrderSystem, POT, SEED_ORDER, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders();
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const keyed = (key: string) => ({ 'idempotency-key': key });
const aCreate = (about: Partial<CreateOrderInput> = {}): CreateOrderInput => ({
  idempotencyKey: randomUUID(),
  customerId: CUSTOMER,
  lines: [{ productId: CUP, quantity: 1 }],
  currency: 'USD',
  totalMinor: 500,
  paymentMethod: 'credit_card',
  ...about,
});

describe('a client key', () => {
  test('seed defect 23: sent fifty times at once makes one order, and one charge', async () => {
    const key = randomUUID();
    const placed = await Promise.all(Array.from({ length: 50 }, () => orders.place(SEED_ORDER, keyed(key))));
    expect(new Set(placed.map(({ order_id, saga_id }) => `${order_id} ${saga_id}`)).size).toBe(1);
    const [first] = placed as [(typeof placed)[0]];
    await orders.sagaStatus(first.saga_id, 'Completed');
    expect(orders.participants.of('ProcessPayment', first.saga_id)).toHaveLength(1);
    const made = await orders.query('select order_id from client_keys where key = $1', [key]);
    expect(made).toEqual([{ order_id: first.order_id }]);
  });

  test('is compared by value: 99.9 is "99.90", a UUID has no case, items no order (rule C1)', async () => {
    const key = randomUUID();
    const items = [
      { product_id: CUP, quantity: 3 },
      { product_id: POT, quantity: 1 },
    ];
    const first = await orders.place({ customer_id: CUSTOMER, items, total_amount: 99.9 }, keyed(key));
    const split = [items[1], { product_id: CUP, quantity: 1 }, { product_id: CUP, quantity: 2 }];
    const again = await orders.place(
      { total_amount: '99.90', items: split, customer_id: CUSTOMER.toUpperCase(), colour: 'blue' },
      keyed(key),
    );
    expect(again).toEqual(first);
  });

  test('with another order is a conflict, and that order is not made', async () => {
    const key = randomUUID();
    await orders.place(SEED_ORDER, keyed(key));
    for (const change of [
      { quantity: 3 },
      { total_amount: 99.98 },
      { currency: 'EUR' },
      { product_id: POT },
    ]) {
      const answer = await orders.post({ ...SEED_ORDER, ...change }, keyed(key));
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        409,
        'IDEMPOTENCY_KEY_REUSED',
      ]);
    }
    expect(await orders.query('select from client_keys where key = $1', [key])).toHaveLength(1);
  });

  test("is its customer's own: another customer's same key is another order", async () => {
    const key = randomUUID();
    const first = await orders.place(SEED_ORDER, keyed(key));
    const other = await orders.place({ ...SEED_ORDER, customer_id: randomUUID() }, keyed(key));
    expect(other.order_id).not.toBe(first.order_id);
  });

  test('answers the order in its present state, over tRPC too, whatever was derived anew', async () => {
    const sent = { lines: [{ sku: 'cup', n: 1 }], expectedTotal: null };
    const create = aCreate({ sent });
    const { order, created } = await orders.trpc.orders.create.mutate(create);
    expect([created, order.status]).toEqual([true, 'created']);
    await orders.sagaStatus(order.saga?.id ?? '', 'Completed');
    // The price has changed meanwhile; what the client sent has not (its fields in another order).
    const repeat = {
      ...create,
      totalMinor: 700,
      sent: { expectedTotal: null, lines: [{ n: 1, sku: 'cup' }] },
    };
    const again = await orders.trpc.orders.create.mutate(repeat);
    expect(again).toMatchObject({
      created: false,
      order: { id: order.id, status: 'approved', total: { minor: 500 } },
    });
    const { idempotencyKey, customerId } = create;
    const known = await orders.trpc.orders.byIdempotencyKey.query({ idempotencyKey, customerId, sent });
    expect(known?.id).toBe(order.id);
    await expect(
      orders.trpc.orders.byIdempotencyKey.query({ idempotencyKey, customerId, sent: { lines: [] } }),
    ).rejects.toMatchObject({ data: { reason: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(
      await orders.trpc.orders.byIdempotencyKey.query({ idempotencyKey: 'never used', customerId, sent }),
    ).toBeNull();
  });

  test('that is known is answered even when such an order would be refused today', async () => {
    const lines = [
      { productId: CUP, quantity: 1 },
      { productId: POT, quantity: 1 },
    ];
    const create = aCreate({ lines });
    const { order } = await orders.trpc.orders.create.mutate(create);
    await orders.sagaStatus(order.saga?.id ?? '', 'Completed');
    const { databaseUrl } = orders;
    const oneLine = await startOrders({ databaseUrl, env: { INVENTORY_PARTICIPANT: 'seed' } });
    try {
      const again = await oneLine.trpc.orders.create.mutate(create);
      expect([again.created, again.order.id]).toEqual([false, order.id]);
      const fresh = aCreate({ lines });
      await expect(oneLine.trpc.orders.create.mutate(fresh)).rejects.toMatchObject({
        data: { reason: 'UNSUPPORTED_ORDER', httpStatus: 422 },
      });
      await expect(oneLine.trpc.orders.create.mutate({ ...create, totalMinor: 501 })).rejects.toMatchObject({
        data: { reason: 'IDEMPOTENCY_KEY_REUSED' },
      });
    } finally {
      await oneLine.stop();
    }
  });

  test('outlives the process: a repeat after a restart is the same order', async () => {
    const key = randomUUID();
    const first = await orders.place(SEED_ORDER, keyed(key));
    await orders.sagaStatus(first.saga_id, 'Completed');
    await orders.stop();
    const { databaseUrl, broker, participants } = orders;
    orders = await startOrders({ databaseUrl, broker, participants });
    expect(await orders.place(SEED_ORDER, keyed(key))).toEqual(first);
  });
});
