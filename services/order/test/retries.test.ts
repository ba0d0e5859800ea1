import { randomUUID } from 'node:crypto';
import type { CreateOrderInput } from '@order-saga/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, type OrderSystem, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders();
  orders.participants.script = ({ type, payload }) =>
    type === 'ProcessPayment' && 'paymentMethod' in payload && payload.paymentMethod === 'test_decline'
      ? { fails: 'PAYMENT_DECLINED' }
      : 'succeeds';
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const place = (about: Partial<CreateOrderInput> = {}) =>
  orders.trpc.orders.create.mutate({
    idempotencyKey: randomUUID(),
    customerId: CUSTOMER,
    lines: [{ productId: CUP, quantity: 1 }],
    currency: 'USD',
    totalMinor: 500,
    paymentMethod: 'test_approve',
    ...about,
  });
async function ended(about: Partial<CreateOrderInput> = {}) {
  const { order } = await place(about);
  const expected = about.paymentMethod === 'test_decline' ? 'Compensated' : 'Completed';
  await orders.sagaStatus(order.saga?.id ?? '', expected);
  return order;
}
const cancelled = () => ended({ paymentMethod: 'test_decline' });
const refused = (reason: string) => ({ data: { reason, field: 'retryOf' } });
const linksOf = (...ids: string[]) => orders.trpc.orders.retries.query({ ids });

describe('an order that is retried', () => {
  test('is linked to its retry, both ways', async () => {
    const first = await cancelled();
    const retry = await ended({ retryOf: first.id });
    expect(await linksOf(retry.id, CUP, first.id)).toEqual([
      { retryOf: first.id, retriedBy: null },
      { retryOf: null, retriedBy: null },
      { retryOf: null, retriedBy: retry.id },
    ]);
  });

  test('must be cancelled, and the same customer’s', async () => {
    const approved = await ended();
    const others = await ended({ paymentMethod: 'test_decline', customerId: randomUUID() });
    await expect(place({ retryOf: approved.id })).rejects.toMatchObject(
      refused('RETRIED_ORDER_NOT_CANCELLED'),
    );
    for (const retryOf of [others.id, randomUUID()]) {
      await expect(place({ retryOf })).rejects.toMatchObject(refused('RETRIED_ORDER_NOT_FOUND'));
    }
  });

  test('is retried once, however many try at once; its retry can be retried in turn', async () => {
    const first = await cancelled();
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => place({ retryOf: first.id, paymentMethod: 'test_decline' })),
    );
    const made = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value.order] : []));
    expect(made).toHaveLength(1);
    for (const each of tries) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject(refused('ORDER_ALREADY_RETRIED'));
    }
    const [retry] = made as [(typeof made)[0]];
    await orders.sagaStatus(retry.saga?.id ?? '', 'Compensated');
    const second = await ended({ retryOf: retry.id });
    expect(await linksOf(retry.id)).toEqual([{ retryOf: first.id, retriedBy: second.id }]);
  });

  test('under the same key answers the same retry, and it is part of what was sent (rule C1)', async () => {
    const first = await cancelled();
    const request = { idempotencyKey: randomUUID(), retryOf: first.id };
    const { order } = await place(request);
    const again = await place({ ...request, retryOf: first.id.toUpperCase() });
    expect([again.created, again.order.id]).toEqual([false, order.id]);
    const without = { idempotencyKey: request.idempotencyKey };
    await expect(place(without)).rejects.toMatchObject({ data: { reason: 'IDEMPOTENCY_KEY_REUSED' } });
    await orders.sagaStatus(order.saga?.id ?? '', 'Completed');
  });

  test('but not yet cancelled burns no key: the same request succeeds once it is', async () => {
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const { order } = await place();
    const request = { idempotencyKey: randomUUID(), retryOf: order.id };
    await expect(place(request)).rejects.toMatchObject(refused('RETRIED_ORDER_NOT_CANCELLED'));
    await orders.trpc.orders.cancel.mutate({ orderId: order.id, requestId: randomUUID(), reason: 'no' });
    await orders.sagaStatus(order.saga?.id ?? '', 'Compensated');
    orders.participants.script = () => 'succeeds';
    const retry = await place(request);
    expect(retry.created).toBe(true);
    await orders.sagaStatus(retry.order.saga?.id ?? '', 'Completed');
  });
});
