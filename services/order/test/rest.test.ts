import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, type OrderSystem, POT, SEED_ORDER, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders({ env: { CORS_ORIGINS: 'https://shop.example' } });
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const without = (field: string) =>
  Object.fromEntries(Object.entries(SEED_ORDER).filter(([name]) => name !== field));

describe('POST /orders refuses, in JSON and naming the field,', () => {
  test.each([
    ['a missing customer', without('customer_id'), 'customer_id', /is missing/],
    ['a missing product', without('product_id'), 'product_id', /is missing/],
    ['a missing quantity', without('quantity'), 'quantity', /is missing/],
    ['a missing amount', without('total_amount'), 'total_amount', /is missing/],
    ['a bad UUID', { ...SEED_ORDER, customer_id: 'nobody' }, 'customer_id', /must be a UUID/],
    ['a UUID of the wrong type', { ...SEED_ORDER, product_id: 7 }, 'product_id', /expected string/],
    ['text for a quantity', { ...SEED_ORDER, quantity: '2' }, 'quantity', /not text/],
    ['a fraction for a quantity', { ...SEED_ORDER, quantity: 1.5 }, 'quantity', /whole number/],
    ['a quantity past 2^31-1', { ...SEED_ORDER, quantity: 2 ** 31 }, 'quantity', /10000 or less/],
    ['a quantity past all numbers', { ...SEED_ORDER, quantity: 1e300 }, 'quantity', /./],
    ['a quantity of null', { ...SEED_ORDER, quantity: null }, 'quantity', /./],
    ['no quantity at all: zero', { ...SEED_ORDER, quantity: 0 }, 'quantity', /1 or more/],
    ['seed defect 52: a negative quantity', { ...SEED_ORDER, quantity: -5 }, 'quantity', /1 or more/],
    ['seed defect 52: a zero amount', { ...SEED_ORDER, total_amount: 0 }, 'total_amount', /more than zero/],
    [
      'seed defect 52: a negative amount',
      { ...SEED_ORDER, total_amount: -1 },
      'total_amount',
      /more than zero/,
    ],
    ['seed defect 50: an amount of 1e300', { ...SEED_ORDER, total_amount: 1e300 }, 'total_amount', /or less/],
    [
      'seed defect 51: 100,000,000',
      { ...SEED_ORDER, total_amount: 100_000_000 },
      'total_amount',
      /9999999999/,
    ],
    ['a third decimal', { ...SEED_ORDER, total_amount: 9.999 }, 'total_amount', /2 decimals at most/],
    ['a decimal of JPY', { ...SEED_ORDER, currency: 'JPY', total_amount: 9.9 }, 'total_amount', /0 decimals/],
    [
      'an amount that is no number',
      { ...SEED_ORDER, total_amount: true },
      'total_amount',
      /number or decimal/,
    ],
    ['text that is no amount', { ...SEED_ORDER, total_amount: '1,5' }, 'total_amount', /decimal number/],
    ['an unknown currency', { ...SEED_ORDER, currency: 'XXX' }, 'currency', /USD/],
    ['a key of every prototype for a currency', { ...SEED_ORDER, currency: 'constructor' }, 'currency', /./],
    ['an unknown payment method', { ...SEED_ORDER, payment_method: 'gold' }, 'payment_method', /./],
    ['no items', { ...without('product_id'), quantity: undefined, items: [] }, 'items', /one item or more/],
    [
      'items beside a product',
      { ...SEED_ORDER, items: [{ product_id: CUP, quantity: 1 }] },
      'items',
      /one or the/,
    ],
    [
      'a bad item',
      { customer_id: CUSTOMER, total_amount: 1, items: [{ product_id: CUP }] },
      'items.0.quantity',
      /./,
    ],
    ['U+0000 in an id', { ...SEED_ORDER, product_id: `${CUP}\u0000` }, 'product_id', /must be a UUID/],
    ['an array', [SEED_ORDER], 'the body', /must be a JSON object/],
    [
      'a megabyte of nested arrays',
      `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
      'the body',
      /JSON object/,
    ],
    ['a field named twice', '{"quantity":1,"quantity":2}', 'quantity', /named twice/],
  ])('%s', async (_what, body, field, problem) => {
    const answer = await orders.post(body);
    const json = (await answer.json()) as { error: string; field: string };
    expect([answer.status, json.field]).toEqual([422, field]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(json.error).toMatch(new RegExp(`^${field}`));
    expect(json.error).toMatch(problem);
  });

  test('a body that is no JSON (400, 415), or over a megabyte (413)', async () => {
    const status = async (body: string, type = 'application/json') =>
      (await orders.post(body, { 'content-type': type })).status;
    expect(await status('{"customer_id":')).toBe(400);
    expect(await status('')).toBe(400);
    expect(await status('{"__proto__":{"quantity":1}}')).toBe(400);
    expect(await status(JSON.stringify(SEED_ORDER), 'text/plain')).toBe(415);
    expect(await status(`{"customer_id":"${'x'.repeat(1_100_000)}"}`)).toBe(413);
  });

  test('a key that is empty, too long or not printable', async () => {
    for (const key of [' ', 'k'.repeat(129), 'k\u00e9']) {
      const answer = await orders.post(SEED_ORDER, { 'idempotency-key': key });
      expect([answer.status, ((await answer.json()) as { field: string }).field]).toEqual([
        422,
        'Idempotency-Key',
      ]);
    }
  });
});

describe('POST /orders takes', () => {
  test.each(['application/json; charset=utf-8', 'application/vnd.shop+json'])(
    'a body of type %s',
    async (type) => {
      const answer = await orders.post(SEED_ORDER, { 'content-type': type });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'application/json; charset=utf-8',
      ]);
    },
  );

  test('unknown fields, and UUIDs in upper case, which it stores in lower', async () => {
    const customer = 'AAAAAAAA-29B4-41D4-A716-446655440000';
    const placed = await orders.place({ ...SEED_ORDER, customer_id: customer, colour: 'blue' });
    const order = await orders.trpc.orders.byId.query({ id: placed.order_id });
    expect(order?.customerId).toBe(customer.toLowerCase());
  });

  test('seed defect 59: several items, and sums those of one product (rule P10)', async () => {
    const items = [
      { product_id: CUP, quantity: 1 },
      { product_id: POT, quantity: 2 },
      { product_id: CUP, quantity: 3 },
    ];
    const placed = await orders.place({ customer_id: CUSTOMER, total_amount: '12.30', items });
    expect(await orders.order(placed.order_id)).toMatchObject({
      status: 'approved',
      total_amount: '12.30',
      items: [
        { product_id: CUP, quantity: 4 },
        { product_id: POT, quantity: 2 },
      ],
    });
  });

  test('seed defect 59: an amount in a currency without decimals', async () => {
    const placed = await orders.place({ ...SEED_ORDER, currency: 'JPY', total_amount: 1200 });
    expect(await orders.order(placed.order_id)).toMatchObject({ total_amount: '1200', currency: 'JPY' });
    const [command] = orders.participants.of('ProcessPayment', placed.saga_id);
    expect(command?.payload).toMatchObject({ amount: { minor: 1200, currency: 'JPY' } });
  });

  test('99,999,999.99 and not a cent less arrives', async () => {
    const placed = await orders.place({ ...SEED_ORDER, total_amount: 99_999_999.99 });
    expect(await orders.order(placed.order_id)).toMatchObject({ total_amount: '99999999.99' });
  });
});

describe('the other doors', () => {
  const get = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${orders.url}${path}`, init);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  test('GET /health says OK in plain text', async () => {
    const { status, headers, text } = await get('/health');
    expect([status, text]).toEqual([200, 'OK']);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test('an unknown path is 404, a known one with another method 405 with allow', async () => {
    expect((await get('/nothing')).status).toBe(404);
    const wrong = await get('/orders', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const known = await get(`/orders/${CUP}`, { method: 'PUT' });
    expect([known.status, known.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('an unknown order is 404 at once, also when it is waited for; a bad id or wait is 422', async () => {
    const begunAt = performance.now();
    expect((await get(`/orders/${CUP}?wait=20s`)).status).toBe(404);
    expect(performance.now() - begunAt).toBeLessThan(5_000);
    expect((await get('/orders/7')).status).toBe(422);
    for (const wait of ['10', '-1s', '61s', '1e3s', '1s&wait=2s', '99999999999s'])
      expect((await get(`/orders/${CUP}?wait=${wait}`)).status).toBe(422);
  });

  test('a wait ends at its limit with the order as it is', async () => {
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await orders.place();
    expect(await orders.order(placed.order_id, '200ms')).toMatchObject({ status: 'created' });
    orders.participants.script = () => 'succeeds';
    for (const command of orders.participants.of('ProcessPayment', placed.saga_id))
      await orders.participants.answer(command);
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'approved' });
    await orders.sagaStatus(placed.saga_id, 'Completed');
  });

  test('a preflight is answered, and names the origin that may call', async () => {
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,idempotency-key',
    };
    const preflight = await get('/orders', { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/idempotency-key/);
    const other = await get('/orders', {
      method: 'OPTIONS',
      headers: { ...headers, origin: 'https://evil.example' },
    });
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  test('a client that hangs up while it waits is not waited for', async () => {
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await orders.place();
    const waiting = request(`${orders.url}/orders/${placed.order_id}?wait=20s`).on('error', () => undefined);
    waiting.end();
    await orders.order(placed.order_id, '100ms');
    waiting.destroy();
    orders.participants.script = () => 'succeeds';
    for (const command of orders.participants.of('ProcessPayment', placed.saga_id))
      await orders.participants.answer(command);
    await orders.sagaStatus(placed.saga_id, 'Completed');
  });
});
