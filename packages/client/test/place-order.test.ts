import { expect, test } from 'vitest';
import { createGatewayClient, OrderRefusedError, placeOrder } from '../src/index.ts';
import { type HttpScript, scriptedGateway } from './scripted-gateway.ts';

const LINES = [{ productId: '11111111-1111-1111-1111-111111111111', quantity: 1 }];
const accepted = { data: { createOrder: { order: { id: 'it', version: 1 }, userErrors: [] } } };
const failed = (code: string, more: object = {}) => ({
  data: null,
  errors: [{ message: code, path: ['createOrder'], extensions: { code, ...more } }],
});

/** The keys under which an order reached a gateway that answers as told. */
async function keysSent(...answers: ReturnType<HttpScript>[]): Promise<string[]> {
  const keys: string[] = [];
  await using gateway = await scriptedGateway({
    http({ variables }) {
      keys.push((variables.input as { idempotencyKey: string }).idempotencyKey);
      return answers[keys.length - 1] ?? { body: 'hang-up' };
    },
  });
  const client = createGatewayClient({ url: gateway.url, backoffMs: () => 1 });
  await placeOrder(client, { lines: LINES }, { attempts: answers.length });
  return keys;
}

test.each<[string, ReturnType<HttpScript>]>([
  ['hangs up', { body: 'hang-up' }],
  ['has no order service', { body: failed('SERVICE_UNAVAILABLE') }],
  ['is overloaded', { status: 503, body: failed('OVERLOADED', { retryAfterS: 0 }) }],
  ['is behind a proxy that answers for it', { status: 502, body: '<h1>Bad gateway</h1>' }],
  ['asks for patience', { status: 429, headers: { 'retry-after': '0' }, body: 'slow down' }],
])('a gateway that %s is sent the same key again', async (_name, trouble) => {
  const keys = await keysSent(trouble, trouble, { body: accepted });
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('what the caller can mend is not sent again', async () => {
  const problem = { code: 'PRICE_CHANGED', message: 'it costs more now', field: ['input', 'expectedTotal'] };
  const refused = keysSent({ body: { data: { createOrder: { order: null, userErrors: [problem] } } } });
  await expect(refused).rejects.toThrow(OrderRefusedError);
  await expect(refused).rejects.toMatchObject({ code: 'ORDER_REFUSED', problems: [problem] });
});

test('what another try does not mend is not sent again', async () => {
  const tries = keysSent({ body: failed('FORBIDDEN') }, { body: accepted });
  await expect(tries).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a gateway that stays away is given up with the last failure', async () => {
  await expect(keysSent({ body: 'hang-up' }, { body: 'hang-up' })).rejects.toMatchObject({ code: 'NETWORK' });
});
