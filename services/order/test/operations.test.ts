import type { OrderRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, type OrderSystem, SEED_ORDER, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders();
  await orders.sagaStatus((await orders.place()).saga_id, 'Completed');
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

describe('what operators ask', () => {
  test('seed defect 76: every procedure wants the token: none or a wrong one is 401', async () => {
    const wrong = createServiceClient<OrderRouter>({ url: orders.url, token: 'the-token-of-that-test-run' });
    const unauthorized = { data: { code: 'UNAUTHORIZED', httpStatus: 401 } };
    await expect(wrong.orders.list.query({})).rejects.toMatchObject(unauthorized);
    await expect(wrong.sagas.list.query({})).rejects.toMatchObject(unauthorized);
    await expect(wrong.deadLetters.list.query({})).rejects.toMatchObject(unauthorized);
    await expect(wrong.outbox.stats.query()).rejects.toMatchObject(unauthorized);
    const bare = await fetch(
      `${orders.url}/trpc/orders.byId?input=${encodeURIComponent(JSON.stringify({ id: CUP }))}`,
    );
    expect(bare.status).toBe(401);
  });

  test('seed defects 66 and 72: /ready reports each part, /metrics counts sagas, steps, batches and dead letters', async () => {
    const ready = await (await fetch(`${orders.url}/ready`)).json();
    expect(ready).toMatchObject({ status: 'ready' });
    expect((ready as { parts: { name: string }[] }).parts.map(({ name }) => name)).toEqual([
      'database',
      'broker',
      'consumer',
    ]);
    const metrics = await (await fetch(`${orders.url}/metrics`)).text();
    for (const line of [
      /order_saga_sagas_ended_total\{.*status="Completed".*\} 1/,
      /order_saga_step_seconds_count\{.*step="ProcessPayment",outcome="Success".*\} 1/,
      /order_saga_batch_messages_count/,
      /order_saga_dead_letters_total/,
    ]) {
      expect(metrics).toMatch(line);
    }
  });

  test('seed defect 46: lists are paged, newest first, and filtered by customer and by status', async () => {
    const placed = [];
    for (let n = 0; n < 5; n += 1) placed.push(await orders.place({ ...SEED_ORDER, customer_id: CUP }));
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const found = await orders.trpc.orders.list.query({ customerId: CUP, limit: 2, cursor });
      ids.push(...found.items.map(({ id }) => id));
      cursor = found.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(placed.map(({ order_id }) => order_id).reverse());
    for (const { saga_id } of placed) await orders.sagaStatus(saga_id, 'Completed');
    expect((await orders.trpc.sagas.list.query({ status: 'Compensated' })).items).toEqual([]);
    expect((await orders.trpc.sagas.list.query({ status: 'Completed', limit: 100 })).items).toHaveLength(6);
    await expect(orders.trpc.orders.list.query({ cursor: 'nonsense' })).rejects.toMatchObject({
      data: { reason: 'INVALID_INPUT' },
    });
  });

  test('a history can be asked for from a version on', async () => {
    const { saga_id: sagaId } = await orders.place();
    await orders.sagaStatus(sagaId, 'Completed');
    const seqs = async (afterSeq: number) =>
      (await orders.trpc.sagas.history.query({ sagaId, afterSeq })).map(({ seq }) => seq);
    expect([await seqs(0), await seqs(4), await seqs(6)]).toEqual([[1, 2, 3, 4, 5, 6], [5, 6], []]);
  });

  test('many orders are asked for at once, null where there is none', async () => {
    const { order_id: id, saga_id } = await orders.place();
    await orders.sagaStatus(saga_id, 'Completed');
    const found = await orders.trpc.orders.byIds.query({ ids: [CUP, id] });
    expect([found[0], found[1]?.id, found[1]?.customerId]).toEqual([null, id, CUSTOMER]);
  });

  test('seed defect 76: an internal fault tells the caller nothing of its cause', async () => {
    await orders.query('alter table client_keys rename to client_keys_away');
    try {
      const { idempotencyKey, customerId, sent } = { idempotencyKey: 'k', customerId: CUSTOMER, sent: {} };
      const asked = orders.trpc.orders.byIdempotencyKey.query({ idempotencyKey, customerId, sent });
      await expect(asked).rejects.toMatchObject({ message: 'internal fault: see the log of the service' });
    } finally {
      await orders.query('alter table client_keys_away rename to client_keys');
    }
  });
});
