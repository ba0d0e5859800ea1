import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOOK, LAMP } from './fakes/fake-inventory.ts';
import { DEMO_CUSTOMER, gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await gatewayWithFakes();
});
afterEach(() => gateway.stop());

const ask = (query: string, variables?: Record<string, unknown>) => gateway.http.ask(query, variables);

describe('an order', () => {
  test('tells its saga, its payment and its products', async () => {
    const { id, saga } = gateway.orders.place({
      lines: [{ productId: BOOK, quantity: 3 }],
      totalMinor: 3_750,
    });
    gateway.payments.put(id, { status: 'refunded', capturedMinor: 3_750, refundedMinor: 3_750 });
    const { data, errors } = await ask(
      `query ($id: ID!) { order(id: $id) {
        id status createdAt version total { amount } failure { code }
        lines { productId quantity product { name prices { amount currencyCode } stock { available } } }
        payment { status captured { amount currencyCode } refunded { amount } declineCode }
        saga { id status currentStep version steps { name state attempts startedAt endedAt error { code } } }
      } }`,
      { id },
    );
    expect(errors).toBeUndefined();
    expect(data.order).toEqual({
      id,
      status: 'CREATED',
      createdAt: '2026-01-01T00:00:00.000Z',
      version: 1,
      total: { amount: '37.50' },
      failure: null,
      lines: [
        {
          productId: BOOK,
          quantity: 3,
          product: {
            name: 'Book',
            prices: [
              { amount: '12.50', currencyCode: 'USD' },
              { amount: '1800', currencyCode: 'JPY' },
            ],
            stock: { available: 100 },
          },
        },
      ],
      payment: {
        status: 'REFUNDED',
        captured: { amount: '37.50', currencyCode: 'USD' },
        refunded: { amount: '37.50' },
        declineCode: null,
      },
      saga: {
        id: saga?.id,
        status: 'STARTED',
        currentStep: 'ProcessPayment',
        version: 1,
        steps: [
          {
            name: 'ProcessPayment',
            state: 'RUNNING',
            attempts: 1,
            startedAt: '2026-01-01T00:00:01.000Z',
            endedAt: null,
            error: null,
          },
        ],
      },
    });
  });

  test('that nobody knows is null, whatever its id looks like', async () => {
    const { data } = await ask(
      '{ a: order(id: "99999999-9999-9999-9999-999999999999") { id } b: order(id: "x") { id } }',
    );
    expect(data).toEqual({ a: null, b: null });
  });

  test('whose payment is only a tombstone has none', async () => {
    const { id } = gateway.orders.place();
    gateway.payments.put(id, { status: 'tombstone' });
    const { data } = await ask('query ($id: ID!) { order(id: $id) { payment { status } } }', { id });
    expect(data.order.payment).toBeNull();
  });
});

describe('lists', () => {
  test('are paged forward by cursor, newest first, with nothing skipped or repeated while the list grows', async () => {
    const placed = Array.from({ length: 5 }, () => gateway.orders.place().id);
    const page = async (after: string | null) =>
      (
        await ask(
          `query ($after: String) { orders(first: 2, after: $after) {
            edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          } }`,
          { after },
        )
      ).data.orders;
    const first = await page(null);
    gateway.orders.place();
    const second = await page(first.pageInfo.endCursor);
    const third = await page(second.pageInfo.endCursor);
    const ids = [first, second, third].flatMap((one) =>
      one.edges.map((edge: { node: { id: string } }) => edge.node.id),
    );
    expect(ids).toEqual(placed.toReversed());
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(first.pageInfo.startCursor).toBe(first.edges[0].cursor);

    const fromTheMiddle = await page(first.edges[0].cursor);
    expect(fromTheMiddle.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(
      ids.slice(1, 3),
    );
  });

  test('take at most a hundred, at least one, and no cursor but their own', async () => {
    const codes = await Promise.all(
      ['first: 101', 'first: 0', 'first: -1', 'after: "x"', 'after: ""'].map(
        async (args) => (await ask(`{ orders(${args}) { edges { cursor } } }`)).errors?.[0]?.extensions?.code,
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
  });

  test('of orders are filtered and sorted as asked', async () => {
    const customerId = '12121212-1212-4212-8212-121212121212';
    await ask(`{ orders(sort: UPDATED_DESC, filter: {
      status: [PENDING, CREATED], customerId: "${customerId}", needsAttention: true,
      createdFrom: "2026-01-01T00:00:00Z", createdTo: "2026-01-01T01:00:00+01:00"
    }) { edges { cursor } } }`);
    await ask('{ orders(filter: { status: null, needsAttention: null }, sort: null) { edges { cursor } } }');
    expect(gateway.orders.listed).toEqual([
      {
        status: ['pending', 'created'],
        customerId,
        needsAttention: true,
        createdFrom: '2026-01-01T00:00:00Z',
        createdTo: '2026-01-01T01:00:00+01:00',
        sort: 'updated_desc',
      },
      { sort: 'created_desc' },
    ]);
  });

  test('of products may name the ones that are wanted', async () => {
    const { data } = await ask(`{ products(ids: ["${LAMP}", "x"]) { edges { node { name } } } }`);
    expect(data.products.edges).toEqual([{ node: { name: 'Lamp' } }]);
    const tooMany = await ask('query ($ids: [ID!]) { products(ids: $ids) { edges { cursor } } }', {
      ids: Array.from({ length: 101 }, () => LAMP),
    });
    expect(tooMany.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  test('of products tell names, prices and stock', async () => {
    const { data } = await ask(`{ products { edges { node { id name } } } product(id: "${LAMP}") { name } }`);
    expect(data.products.edges).toHaveLength(2);
    expect(data.product).toEqual({ name: 'Lamp' });
  });

  test('that are empty have no cursors', async () => {
    const { data } = await ask(
      '{ orders { edges { cursor } pageInfo { hasNextPage startCursor endCursor } } }',
    );
    expect(data.orders).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });
});

test('a node is an order or a product, by its id alone', async () => {
  const { id } = gateway.orders.place();
  const { data } = await ask(
    `query ($id: ID!) {
      order: node(id: $id) { __typename id ... on Order { status } }
      product: node(id: "${LAMP}") { __typename id ... on Product { name } }
      nothing: node(id: "x") { id }
    }`,
    { id },
  );
  expect(data).toEqual({
    order: { __typename: 'Order', id, status: 'CREATED' },
    product: { __typename: 'Product', id: LAMP, name: 'Lamp' },
    nothing: null,
  });
});

test('who asks is told who they are', async () => {
  expect((await ask('{ viewer { customerId roles } }')).data.viewer).toEqual({
    customerId: DEMO_CUSTOMER,
    roles: ['CUSTOMER', 'SUPPORT'],
  });
});

test('however many orders are asked for, they and their products are each one call', async () => {
  const ids = Array.from(
    { length: 8 },
    () => gateway.orders.place({ lines: [{ productId: BOOK, quantity: 1 }] }).id,
  );
  const fields = ids.map((id, n) => `o${n}: order(id: "${id}") { id lines { product { name } } }`);
  const { data, errors } = await ask(`{ ${fields.join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(Object.values(data)).toHaveLength(8);
  expect(gateway.orders.calls.byIds).toBe(1);
  expect(gateway.inventory.calls.byIds).toBe(1);
});

describe('a service that is down', () => {
  const ORDER = `query ($id: ID!) { order(id: $id) {
    id status lines { quantity product { name } } payment { status }
  } }`;

  test('takes only its own fields with it, and says so in words that tell nothing of the inside', async () => {
    const { id } = gateway.orders.place({ lines: [{ productId: BOOK, quantity: 1 }] });
    gateway.payments.put(id, {});
    await gateway.stopService('inventory');
    await gateway.stopService('payments');
    const { status, data, errors } = await ask(ORDER, { id });
    expect(status).toBe(200);
    expect(data.order).toEqual({
      id,
      status: 'CREATED',
      lines: [{ quantity: 1, product: null }],
      payment: null,
    });
    expect(errors).toHaveLength(2);
    expect(errors).toContainEqual({
      message: 'Products cannot be reached just now. Try again in a moment.',
      locations: expect.anything(),
      path: ['order', 'lines', 0, 'product'],
      extensions: { code: 'SERVICE_UNAVAILABLE', service: 'products' },
    });
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|ECONN|trpc|http/i);
  });

  test('is named by /ready, which stays 200: the others can still be served', async () => {
    const ready = async () => {
      const response = await fetch(`${gateway.url}/ready`);
      return { code: response.status, ...((await response.json()) as { status: string; parts: unknown[] }) };
    };
    await gateway.stopService('inventory');
    gateway.broker.setOutage('pulled by the test');
    await ask('{ products { edges { cursor } } }');
    const report = await ready();
    expect(report).toMatchObject({ code: 200, status: 'degraded' });
    expect(report.parts).toContainEqual(expect.objectContaining({ name: 'products', ok: false }));
    expect(report.parts).toContainEqual(expect.objectContaining({ name: 'orders', ok: true }));
    expect(report.parts).toContainEqual(expect.objectContaining({ name: 'broker', ok: false }));
  });
});

test('whoever sends a token in development is told that nobody checks it', async () => {
  const { errors, data } = await gateway.http.ask('{ orders { edges { cursor } } }', undefined, {
    headers: { authorization: 'Bearer something' },
  });
  expect(data).toBeUndefined();
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});
