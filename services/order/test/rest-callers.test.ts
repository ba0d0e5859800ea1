import { signingKey, trusting } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OrderSystem, SEED_ORDER, startOrders } from './system/order-system.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const BOB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const issuer = await signingKey('one');

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders({ env: trusting(issuer) });
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const as = async (claims: { sub?: string; roles?: string[]; exp?: number }) => ({
  authorization: `Bearer ${await issuer.sign(claims)}`,
});
const orderOf = (customer: string) => ({ ...SEED_ORDER, customer_id: customer });
const read = (orderId: string, headers: Record<string, string> = {}) =>
  fetch(`${orders.url}/orders/${orderId}?wait=20s`, { headers });

describe('with AUTH=jwt', () => {
  test('nobody gets in without a token that holds, and is not told what would be wrong with the order', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, await as({ sub: ANN, exp: 1 })]) {
      const answer = await orders.post('{"customer_id":', headers);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(((await answer.json()) as { code: string }).code).toBe('UNAUTHORIZED');
      expect((await read('11111111-1111-4111-8111-111111111111', headers)).status).toBe(401);
    }
  });

  test('a customer places and reads their own orders, and nobody else’s', async () => {
    const ann = await as({ sub: ANN });
    const { order_id } = await orders.place(orderOf(ANN), ann);
    expect((await read(order_id, ann)).status).toBe(200);

    const bob = await as({ sub: BOB });
    const hidden = await read(order_id, bob);
    const unknown = await read('11111111-1111-4111-8111-111111111111', bob);
    expect([hidden.status, unknown.status]).toEqual([404, 404]);
    const foreign = await orders.post(orderOf(ANN), bob);
    expect([foreign.status, ((await foreign.json()) as { field: string }).field]).toEqual([
      403,
      'customer_id',
    ]);
  });

  test('support places and reads the orders of all customers', async () => {
    const support = await as({ sub: 'joe', roles: ['support'] });
    const { order_id } = await orders.place(orderOf(BOB), support);
    expect((await read(order_id, support)).status).toBe(200);
  });

  test('health and readiness need no token, administration needs another one', async () => {
    expect((await fetch(`${orders.url}/health`)).status).toBe(200);
    expect((await fetch(`${orders.url}/ready`)).status).toBe(200);
    const admin = await fetch(`${orders.url}/trpc/outbox.stats`, {
      headers: await as({ sub: ANN, roles: ['support'] }),
    });
    expect(admin.status).toBe(401);
  });
});
