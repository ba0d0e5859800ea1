import { RequestError } from '@order-saga/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOOK, LAMP, UNKNOWN_PRODUCT } from './fakes/fake-inventory.ts';
import { DEMO_CUSTOMER, gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await gatewayWithFakes({ PRICE_MAX_AGE_MS: '0' });
});
afterEach(() => gateway.stop());

const CREATE = `mutation Create($input: CreateOrderInput!) {
  createOrder(input: $input) {
    order { id status customerId version paymentMethod total { amount currencyCode } lines { productId quantity } }
    userErrors { code message field }
  }
}`;

async function create(input: Record<string, unknown>) {
  const body = { idempotencyKey: 'key', lines: [{ productId: BOOK, quantity: 2 }], ...input };
  const answer = await gateway.http.ask(CREATE, { input: body });
  return { ...answer, ...answer.data?.createOrder };
}

const codesOf = (answer: { userErrors: { code: string; field: string[] | null }[] }) =>
  answer.userErrors.map(({ code, field }) => [code, field?.join('.')]);

describe('an order that is placed', () => {
  test('seed defect 53: costs the sum of the prices and is answered in its present state', async () => {
    const lines = [
      { productId: BOOK, quantity: 2 },
      { productId: LAMP.toUpperCase(), quantity: 1 },
    ];
    const { order, userErrors } = await create({ lines });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({
      status: 'CREATED',
      version: 1,
      customerId: DEMO_CUSTOMER,
      paymentMethod: 'CREDIT_CARD',
      total: { amount: '124.90', currencyCode: 'USD' },
      lines: [
        { productId: BOOK, quantity: 2 },
        { productId: LAMP, quantity: 1 },
      ],
    });
  });

  test('has the lines of one product summed', async () => {
    const lines = [1, 2, 3].map((quantity) => ({ productId: BOOK, quantity }));
    expect((await create({ lines })).order.lines).toEqual([{ productId: BOOK, quantity: 6 }]);
  });

  test('is paid in another currency at that currency’s price', async () => {
    expect((await create({ currency: 'JPY' })).order.total).toEqual({ amount: '3600', currencyCode: 'JPY' });
  });

  test('takes its currency from the expected total', async () => {
    const { order } = await create({ expectedTotal: { amount: '3600', currencyCode: 'JPY' } });
    expect(order.total).toEqual({ amount: '3600', currencyCode: 'JPY' });
  });

  test('may be another customer’s in development', async () => {
    const customerId = '12121212-1212-4212-8212-121212121212';
    expect((await create({ customerId })).order.customerId).toBe(customerId);
  });

  test('instead of a cancelled one is linked to it, both ways', async () => {
    const cancelled = gateway.orders.place({ customerId: DEMO_CUSTOMER });
    const retry = () => create({ idempotencyKey: 'retry', retryOf: cancelled.id.toUpperCase() });
    expect(codesOf(await retry())).toEqual([['RETRIED_ORDER_NOT_CANCELLED', 'input.retryOf']]);
    gateway.orders.advance(cancelled.id, { orderStatus: 'cancelled', sagaStatus: 'Compensated' });
    const { order } = await retry();
    expect((await retry()).order.id).toBe(order.id);
    const { data } = await gateway.http.ask(
      '{ orders { edges { node { id retryOf { id } retriedBy { id status } } } } }',
    );
    expect(data.orders.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      { id: order.id, retryOf: { id: cancelled.id }, retriedBy: null },
      { id: cancelled.id, retryOf: null, retriedBy: { id: order.id, status: 'CREATED' } },
    ]);
    expect(gateway.orders.calls.retries).toBe(1);
    const twice = await create({ idempotencyKey: 'retry once more', retryOf: cancelled.id });
    expect(codesOf(twice)).toEqual([['ORDER_ALREADY_RETRIED', 'input.retryOf']]);
    const unknown = await create({ idempotencyKey: 'retry of nothing', retryOf: 'x' });
    expect(codesOf(unknown)).toEqual([['RETRIED_ORDER_NOT_FOUND', 'input.retryOf']]);
  });

  test('hands the caller’s trace on to the order service', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const input = { idempotencyKey: 'traced', lines: [{ productId: BOOK, quantity: 1 }] };
    await gateway.http.ask(CREATE, { input }, { headers: { traceparent } });
    await create({ idempotencyKey: 'untraced' });
    expect(gateway.orders.traceparents[0]).toBe(traceparent);
    expect(gateway.orders.traceparents[1]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('nothing is ordered, and the caller is told what to mend, when', () => {
  test.each([
    [
      'a price changed',
      { expectedTotal: { amount: '24.99', currencyCode: 'USD' } },
      'PRICE_CHANGED',
      'input.expectedTotal.amount',
    ],
    [
      'a product is unknown',
      { lines: [{ productId: UNKNOWN_PRODUCT, quantity: 1 }] },
      'PRODUCT_UNKNOWN',
      'input.lines.0.productId',
    ],
    [
      'a product’s id is none',
      { lines: [{ productId: 'book', quantity: 1 }] },
      'PRODUCT_UNKNOWN',
      'input.lines.0.productId',
    ],
    [
      'a product is not sold in the currency',
      { currency: 'EUR' },
      'CURRENCY_NOT_SOLD',
      'input.lines.0.productId',
    ],
    [
      'a quantity is zero',
      { lines: [{ productId: BOOK, quantity: 0 }] },
      'INVALID_QUANTITY',
      'input.lines.0.quantity',
    ],
    [
      'quantities sum up to too many',
      {
        lines: [
          { productId: BOOK, quantity: 9_999 },
          { productId: BOOK, quantity: 2 },
        ],
      },
      'INVALID_QUANTITY',
      'input.lines.0.quantity',
    ],
    ['there are no lines', { lines: [] }, 'NO_LINES', 'input.lines'],
    [
      'there are too many products',
      {
        lines: Array.from({ length: 51 }, (_, n) => ({
          productId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
          quantity: 1,
        })),
      },
      'TOO_MANY_LINES',
      'input.lines',
    ],
    ['the key is empty', { idempotencyKey: '' }, 'INVALID_IDEMPOTENCY_KEY', 'input.idempotencyKey'],
    [
      'the key is not ASCII',
      { idempotencyKey: 'schlüssel\u0000' },
      'INVALID_IDEMPOTENCY_KEY',
      'input.idempotencyKey',
    ],
    [
      'the expected total has too many decimals',
      { expectedTotal: { amount: '25.001', currencyCode: 'USD' } },
      'INVALID_AMOUNT',
      'input.expectedTotal.amount',
    ],
    [
      'the expected total is negative',
      { expectedTotal: { amount: '-25', currencyCode: 'USD' } },
      'INVALID_AMOUNT',
      'input.expectedTotal.amount',
    ],
    [
      'the currencies disagree',
      { currency: 'USD', expectedTotal: { amount: '1', currencyCode: 'JPY' } },
      'CURRENCY_MISMATCH',
      'input.expectedTotal.currencyCode',
    ],
    ['the customer’s id is none', { customerId: 'me' }, 'INVALID_CUSTOMER', 'input.customerId'],
  ])('%s', async (_when, input, code, field) => {
    const answer = await create(input);
    expect(answer.order).toBeNull();
    expect(codesOf(answer as never)).toEqual([[code, field]]);
    expect(gateway.orders.calls.create).toBeUndefined();
  });

  test('the total is too large', async () => {
    gateway.inventory.reprice(BOOK, 9_000_000_000);
    expect(codesOf((await create({})) as never)).toEqual([['TOTAL_TOO_LARGE', 'input.lines']]);
  });

  test('this deployment cannot carry it out', async () => {
    gateway.orders.fault = new RequestError('UNSUPPORTED_ORDER', 'one line only');
    expect(codesOf((await create({})) as never)).toEqual([['UNSUPPORTED_ORDER', 'input.lines']]);
  });
});

describe('a repeat of the same key', () => {
  test('answers the same order in its present state, however the same amount is written', async () => {
    const first = await create({ expectedTotal: { amount: '25', currencyCode: 'USD' } });
    gateway.orders.advance(first.order.id, { orderStatus: 'approved' });
    const again = await create({ expectedTotal: { amount: '25.00', currencyCode: 'USD' } });
    expect(again.order).toMatchObject({ id: first.order.id, status: 'APPROVED', version: 2 });
  });

  test('answers the same order although lines came in another order or split', async () => {
    const [book, lamp] = [BOOK, LAMP].map((productId) => ({ productId, quantity: 2 }));
    const first = await create({ lines: [book, lamp] });
    const halfLamp = { productId: LAMP, quantity: 1 };
    expect((await create({ lines: [halfLamp, book, halfLamp] })).order.id).toBe(first.order.id);
  });

  test.each([
    ['a price has changed', () => gateway.inventory.reprice(BOOK, 9_999)],
    ['the product is gone', () => gateway.inventory.stock.delete(BOOK)],
    ['products cannot be reached', () => gateway.stopService('inventory')],
  ])('answers the same order although %s', async (_although, happens) => {
    const input = { expectedTotal: { amount: '25.00', currencyCode: 'USD' } };
    const first = await create(input);
    await happens();
    const again = await create(input);
    expect(again.userErrors).toEqual([]);
    expect(again.order.id).toBe(first.order.id);
  });

  test('with another order is refused, whether or not that one can be priced', async () => {
    await create({});
    const reused = [['IDEMPOTENCY_KEY_REUSED', 'input.idempotencyKey']];
    expect(codesOf((await create({ lines: [{ productId: BOOK, quantity: 3 }] })) as never)).toEqual(reused);
    expect(
      codesOf((await create({ lines: [{ productId: UNKNOWN_PRODUCT, quantity: 3 }] })) as never),
    ).toEqual(reused);
    expect(codesOf((await create({ paymentMethod: 'TEST_LATE' })) as never)).toEqual(reused);
  });

  test('belongs to its customer: another’s same key is another order', async () => {
    const first = await create({});
    const other = await create({ customerId: '12121212-1212-4212-8212-121212121212' });
    expect(other.order.id).not.toBe(first.order.id);
  });
});

describe('prices', () => {
  test('that were just read are used again, and read afresh before an order is refused by them', async () => {
    await using cached = await gatewayWithFakes({ PRICE_MAX_AGE_MS: '60000' });
    const order = (idempotencyKey: string, amount?: string) =>
      cached.http.ask(CREATE, {
        input: {
          idempotencyKey,
          lines: [{ productId: BOOK, quantity: 1 }],
          ...(amount === undefined ? {} : { expectedTotal: { amount, currencyCode: 'USD' } }),
        },
      });
    await order('1');
    await order('2');
    expect(cached.inventory.calls.byIds).toBe(1);
    cached.inventory.reprice(BOOK, 1_300);
    const { data } = await order('3', '13.00');
    expect(data.createOrder.order.total.amount).toBe('13.00');
    expect(cached.inventory.calls.byIds).toBe(2);
  });

  test.each([
    ['is gone', (it: TestGateway) => it.stopService('inventory')],
    ['says nothing', async (it: TestGateway) => it.inventory.fallSilent()],
  ])('of a while ago are sold at while the inventory service %s', async (_how, away) => {
    await using caught = await gatewayWithFakes({ PRICE_MAX_AGE_MS: '0' });
    const order = (idempotencyKey: string, productId: string) =>
      caught.http.ask(CREATE, { input: { idempotencyKey, lines: [{ productId, quantity: 1 }] } });
    await order('1', BOOK);
    await away(caught);
    const { data } = await order('2', BOOK);
    expect(data.createOrder).toMatchObject({ order: { total: { amount: '12.50' } }, userErrors: [] });
  });

  test('that are too old are not sold at, however long the inventory service is gone', async () => {
    await using caught = await gatewayWithFakes({ PRICE_MAX_AGE_MS: '0', PRICE_MAX_AGE_IN_OUTAGE_MS: '0' });
    const order = (idempotencyKey: string) =>
      caught.http.ask(CREATE, { input: { idempotencyKey, lines: [{ productId: BOOK, quantity: 1 }] } });
    await order('1');
    await caught.stopService('inventory');
    const { errors } = await order('2');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'products' });
  });
});

describe('a fault of ours is no user error:', () => {
  test('too much work waiting is OVERLOADED, with how long to wait', async () => {
    gateway.orders.fault = new RequestError('OVERLOADED', 'later', { retryAfterS: 7 });
    const { errors } = await create({});
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryAfterS: 7 });
  });

  test('an order service that is gone is SERVICE_UNAVAILABLE', async () => {
    await gateway.stopService('orders');
    const { errors } = await create({});
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'orders' });
  });

  test('a new order while products cannot be reached is SERVICE_UNAVAILABLE', async () => {
    await gateway.stopService('inventory');
    const { errors } = await create({});
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', service: 'products' });
  });
});
