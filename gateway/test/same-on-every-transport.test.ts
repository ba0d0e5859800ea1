import type { GraphQLFormattedError } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { BY_BODY, EVENTS_BY_GET, GET, TRANSPORTS } from './fakes/transports.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await gatewayWithFakes({
    MAX_TOKENS: '200',
    MAX_DEPTH: '6',
    MAX_ALIASES: '3',
    MAX_ROOT_FIELDS: '4',
    MAX_DIRECTIVES: '2',
    MAX_COST: '500',
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.orders.fault = undefined;
});

type Request = readonly [query: string, variables?: Record<string, unknown>, operationName?: string];

/** The errors of one request on every transport; trace ids differ, so they are only known to be there. */
async function errorsOf([query, variables, operationName]: Request, of = gateway) {
  const question = {
    query,
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  };
  const transports = query.startsWith('mutation') ? BY_BODY : TRANSPORTS;
  const answers = await Promise.all(
    transports.map(async (transport) => {
      const { errors } = await transport.ask(of, question);
      return [transport.name, withoutTrace(errors ?? [])] as const;
    }),
  );
  const [[, first] = ['', []], ...others] = answers;
  for (const [name, errors] of others) expect(errors, name).toEqual(first);
  return first;
}

const withoutTrace = (errors: readonly GraphQLFormattedError[]) =>
  errors.map((error) => {
    const { traceId, ...extensions } = error.extensions ?? {};
    return { ...error, extensions, hasTrace: typeof traceId === 'string' };
  });

const nested = (levels: number): string => `${'a { '.repeat(levels)}b${' }'.repeat(levels)}`;

describe('the same error for', () => {
  const requests: readonly (readonly [string, string, Request])[] = [
    ['text that is no GraphQL', 'GRAPHQL_PARSE_FAILED', ['{ orders']],
    ['a field that does not exist', 'GRAPHQL_VALIDATION_FAILED', ['{ ordrs { edges { cursor } } }']],
    ['a missing variable', 'BAD_USER_INPUT', ['query ($id: ID!) { order(id: $id) { id } }']],
    [
      'a variable of the wrong type',
      'BAD_USER_INPUT',
      ['query ($n: Int) { orders(first: $n) { edges { cursor } } }', { n: 'x' }],
    ],
    [
      'an amount that is a number',
      'BAD_USER_INPUT',
      [
        'mutation ($t: MoneyInput) { createOrder(input: { idempotencyKey: "k", lines: [], expectedTotal: $t }) { order { id } } }',
        { t: { amount: 99.9, currencyCode: 'USD' } },
      ],
    ],
    [
      'an operation that is not there',
      'OPERATION_RESOLUTION_FAILURE',
      ['query A { orders { edges { cursor } } } query B { orders { edges { cursor } } }', {}, 'C'],
    ],
    [
      'a choice that was not made',
      'OPERATION_RESOLUTION_FAILURE',
      ['query A { orders { edges { cursor } } } query B { orders { edges { cursor } } }'],
    ],
    ['too many tokens', 'GRAPHQL_PARSE_FAILED', [`{ ${'__typename '.repeat(250)} }`]],
    ['too deep', 'GRAPHQL_VALIDATION_FAILED', [`{ ${nested(7)} }`]],
    [
      'too many aliases',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ a: __typename b: __typename c: __typename d: __typename }'],
    ],
    [
      'too many aliases hidden in fragments',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ ...F ...F } fragment F on Query { a: __typename b: __typename }'],
    ],
    [
      'too many fields at the root',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ __typename __typename __typename __typename __typename }'],
    ],
    [
      'too many fields at the root hidden in a fragment',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ ...F } fragment F on Query { __typename __typename __typename __typename __typename }'],
    ],
    [
      'too many directives',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ __typename @include(if: true) @skip(if: false) @unknown @unknown }'],
    ],
    [
      'too large an answer',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ orders(first: 100) { edges { node { id status version createdAt total { amount } } } } }'],
    ],
    [
      'too large an answer by variable',
      'GRAPHQL_VALIDATION_FAILED',
      [
        'query ($n: Int) { orders(first: $n) { edges { node { id status version createdAt total { amount } } } } }',
      ],
    ],
    [
      'a fragment that spreads itself',
      'GRAPHQL_VALIDATION_FAILED',
      ['{ ...F } fragment F on Query { ...F }'],
    ],
  ];
  test.each(requests)('%s', async (_what, code, request) => {
    const errors = await errorsOf(request);
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors.length).toBeLessThanOrEqual(5);
  });
});

test('a fault of ours is masked alike, with a trace to quote and nothing of its cause', async () => {
  gateway.orders.fault = new Error('duplicate key value violates "orders_pkey" at 10.0.0.7');
  expect(await errorsOf(['{ orders { edges { cursor } } }'])).toEqual([
    {
      message: 'Something went wrong on our side. It has been recorded.',
      locations: [{ line: 1, column: 3 }],
      path: ['orders'],
      extensions: { code: 'INTERNAL' },
      hasTrace: true,
    },
  ]);
});

test('a trace that is told in an error is the caller’s own', async () => {
  gateway.orders.fault = new Error('broken');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { errors } = await gateway.http.ask(
    '{ orders { edges { cursor } } }',
    {},
    { headers: { traceparent } },
  );
  expect(errors?.[0]?.extensions?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

test.each(TRANSPORTS)('a query is answered by $name', async (transport) => {
  const { id } = gateway.orders.place();
  const query = 'query ($id: ID!) { order(id: $id) { id status } }';
  expect(await transport.ask(gateway, { query, variables: { id } })).toEqual({
    data: { order: { id, status: 'CREATED' } },
  });
});

test.each(BY_BODY)('a mutation is carried out by $name', async (transport) => {
  const { id } = gateway.orders.place();
  const query = 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }';
  expect(await transport.ask(gateway, { query, variables: { id } })).toEqual({
    data: { cancelOrder: { order: { id } } },
  });
});

test.each([GET, EVENTS_BY_GET])('a mutation is refused by $name', async (transport) => {
  const { id } = gateway.orders.place();
  const query = `mutation { cancelOrder(input: { orderId: "${id}" }) { order { id } } }`;
  expect((await transport.ask(gateway, { query })).errors).toHaveLength(1);
  expect(gateway.orders.calls.cancel).toBe(BY_BODY.length);
});

test('a list inside its limits passes', async () => {
  const { errors } = await gateway.http.ask(
    '{ orders(first: 10) { edges { node { id status total { amount } } } } }',
  );
  expect(errors).toBeUndefined();
});

describe('with introspection off', () => {
  let closed: TestGateway;
  beforeAll(async () => {
    closed = await gatewayWithFakes({ INTROSPECTION: 'off' });
  });
  afterAll(() => closed.stop());

  test.each(['{ __schema { types { name } } }', '{ __type(name: "Order") { name } }'])(
    '%s is refused',
    async (query) => {
      const [error] = await errorsOf([query], closed);
      expect(error?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    },
  );

  test('nobody is told what they may have meant', async () => {
    const query = '{ ordr(id: "1") { id } }';
    expect((await errorsOf([query]))[0]?.message).toMatch(/Did you mean/);
    expect((await errorsOf([query], closed))[0]?.message).toBe('Cannot query field "ordr" on type "Query".');
  });
});

test('the whole schema can be read while introspection is on', async () => {
  await using open = await gatewayWithFakes();
  const { getIntrospectionQuery } = await import('graphql');
  const { data, errors } = await open.http.ask(getIntrospectionQuery());
  expect(errors).toBeUndefined();
  expect(data.__schema.queryType.name).toBe('Query');
});
