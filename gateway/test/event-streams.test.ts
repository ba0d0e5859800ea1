import { connect } from 'node:net';
import { signingKey, trusting } from '@order-saga/testkit';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlEvents } from './fakes/graphql-events.ts';

const WATCH = `subscription Watch($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) { version }
}`;
const PAID = { kind: 'StepCompleted', step: 'ProcessPayment' } as const;
const ENDED = { kind: 'StepCompleted', step: 'ConfirmInventory', sagaStatus: 'Completed' } as const;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayWithFakes({ CORS_ORIGINS: 'https://shop.example' });
});
afterAll(() => gateway.stop());

const watch = (orderId: string, afterVersion?: number, of = gateway) =>
  GraphqlEvents.open(of.url, WATCH, { orderId, afterVersion });
const version = (number: number) => ({ data: { sagaStatus: { version: number } } });
const gauge = async (name: string, of = gateway): Promise<number> => {
  const metrics = await (await fetch(`${of.url}/metrics`)).text();
  return Number(new RegExp(`_gateway_${name}\\S* (\\d+)$`, 'm').exec(metrics)?.[1]);
};

describe('a subscription over server-sent events', () => {
  test('begins with the present state, tells every change, and completes', async () => {
    const { id } = gateway.orders.place();
    await using events = await watch(id);
    expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(events.response.headers.get('cache-control')).toBe('no-store');
    expect(await events.next()).toEqual(version(1));
    await gateway.orders.advanceAndTell(id, PAID);
    expect(await events.next()).toEqual(version(2));
    await gateway.orders.advanceAndTell(id, ENDED);
    expect(await events.next()).toEqual(version(3));
    // An EventSource passes over an event without a data field.
    expect(await events.event()).toEqual({ name: 'complete', data: '' });
    expect(await events.event()).toBeNull();
  });

  test('goes on after the version that was seen last', async () => {
    const { id } = gateway.orders.place();
    for (const change of [PAID, PAID, ENDED]) gateway.orders.advance(id, change);
    await using events = await watch(id, 2);
    expect(await events.rest()).toEqual([version(3), version(4)]);
  });

  test('tells what is wrong with it as an event, as the protocol has it', async () => {
    await using unknown = await watch('99999999-9999-4999-8999-999999999999');
    expect(unknown.response.status).toBe(200);
    expect(await unknown.rest()).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
    await using invalid = await GraphqlEvents.open(gateway.url, 'subscription { nothing }');
    expect(await invalid.rest()).toMatchObject([
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
  });

  test('is over for us, too, when the client hangs up', async () => {
    const { id } = gateway.orders.place();
    const events = await watch(id);
    await events.next();
    expect([await gauge('event_streams'), await gauge('watched_orders')]).toEqual([1, 1]);
    await events[Symbol.asyncDispose]();
    await vi.waitFor(async () => {
      expect([await gauge('event_streams'), await gauge('watched_orders')]).toEqual([0, 0]);
    });
  });

  test('is what the client of graphql-sse takes it for, with a connection for each operation', async () => {
    const client = createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 });
    const { id } = gateway.orders.place();
    const results = client.iterate({ query: WATCH, variables: { orderId: id } });
    expect(await results.next()).toEqual({ done: false, value: version(1) });
    await gateway.orders.advanceAndTell(id, ENDED);
    expect(await results.next()).toEqual({ done: false, value: version(2) });
    expect(await results.next()).toMatchObject({ done: true });

    const single = client.iterate({ query: '{ __typename }' });
    expect((await single.next()).value).toEqual({ data: { __typename: 'Query' } });
    const broken = client.iterate({ query: '{ nothing }' });
    expect((await broken.next()).value?.errors).toHaveLength(1);
    client.dispose();
  });
});

describe('a stream is refused before it begins', () => {
  const get = (headers: Record<string, string>) => {
    const search = new URLSearchParams({ query: '{ __typename }' });
    return fetch(`${gateway.url}/graphql?${search}`, {
      headers: { accept: 'text/event-stream', ...headers },
    });
  };

  test('to a page that could have been any page, and not to an EventSource of ours', async () => {
    expect((await get({})).status).toBe(400);
    expect((await get({ 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    expect((await get({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await get({ 'apollo-require-preflight': 'yes' })).status).toBe(200);
  });

  test('to pages of other origins than the configured ones', async () => {
    const from = (origin: string) => get({ origin, 'apollo-require-preflight': 'yes' });
    const foreign = await from('https://evil.example');
    expect([foreign.status, await foreign.json()]).toMatchObject([
      403,
      { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    ]);
    const allowed = await from('https://shop.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example',
    ]);
  });

  test('for a mutation by GET', async () => {
    const query = 'mutation { cancelOrder(input: { orderId: "x" }) { order { id } } }';
    await using events = await GraphqlEvents.open(gateway.url, query, {}, { method: 'GET' });
    expect([events.response.status, events.response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each([
    ['several operations in one', '[{"query":"{ __typename }"}]'],
    ['variables that are no object', '{"query":"{ __typename }","variables":[1]}'],
    ['a name that is no text', '{"query":"{ __typename }","operationName":7}'],
  ])('for %s', async (_what, body) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body,
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect([response.status, errors[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

test('who asks for JSON first, or for anything, gets no stream', async () => {
  const typeFor = async (accept: string) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    await response.body?.cancel();
    return response.headers.get('content-type')?.split(';')[0];
  };
  expect(await typeFor('*/*')).toBe('application/json');
  expect(await typeFor('application/json, text/event-stream')).toBe('application/json');
  expect(await typeFor('text/event-stream, application/json;q=0.9')).toBe('text/event-stream');
});

test('when its token expires a stream ends with UNAUTHENTICATED', async () => {
  const key = await signingKey('one');
  await using closed = await gatewayWithFakes(trusting(key));
  const customerId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const { id } = closed.orders.place({ customerId });
  const asks = async (exp: number) => ({
    authorization: `Bearer ${await key.sign({ sub: customerId, exp })}`,
  });
  // Tokens are taken for five seconds longer than they say.
  const headers = await asks(Math.floor(Date.now() / 1_000) - 3);
  await using events = await GraphqlEvents.open(closed.url, WATCH, { orderId: id }, { headers });
  expect(await events.rest()).toMatchObject([
    version(1),
    { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);

  await using refused = await GraphqlEvents.open(
    closed.url,
    WATCH,
    { orderId: id },
    { headers: await asks(1) },
  );
  expect([refused.response.status, refused.response.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer',
  ]);
});

test('when the gateway stops, streams end at once and without a complete, so that clients come again', async () => {
  const stopping = await gatewayWithFakes();
  const events = await watch(stopping.orders.place().id, undefined, stopping);
  await events.next();
  await stopping.stop();
  expect(await events.event()).toBeNull();
  await expect(fetch(stopping.url)).rejects.toThrow();
});

test('a client that reads nothing for two pings is hung up on', async () => {
  await using pinging = await gatewayWithFakes({ PING_EVERY_MS: '50', MAX_UPDATES_BEHIND: '1000' });
  const { id } = pinging.orders.place();
  const { hostname, port } = new URL(pinging.url);
  const client = connect(Number(port), hostname);
  client.on('error', () => undefined);
  const body = JSON.stringify({ query: LONG_WATCH, variables: { orderId: id } });
  client.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  client.pause();
  await vi.waitFor(async () => expect(await gauge('event_streams', pinging)).toBe(1));
  for (let told = 0; told < 20; told += 1) await pinging.orders.advanceAndTell(id, LONG);
  await vi.waitFor(async () => expect(await gauge('event_streams', pinging)).toBe(0), { timeout: 10_000 });
  client.destroy();
});

/** More than the system's buffers take in few updates. */
const LONG = { ...PAID, failure: { code: 'LONG', message: 'x'.repeat(1_000_000) } } as const;
const LONG_WATCH = `subscription ($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) { version failure { message } }
}`;
