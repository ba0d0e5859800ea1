import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { Watch } from './fakes/watching.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await gatewayWithFakes({
    CORS_ORIGINS: 'https://shop.example',
    CONNECTION_INIT_TIMEOUT_MS: '100',
    MAX_SUBSCRIPTIONS_PER_CONNECTION: '2',
    MAX_BODY_BYTES: '2000',
  });
});
afterAll(() => gateway.stop());

const SUBSCRIBE = { id: '1', type: 'subscribe', payload: { query: '{ orders { edges { cursor } } }' } };

describe('a connection is closed with', () => {
  const init = { type: 'connection_init' };
  test.each([
    ['4400 for what is no message', 4400, ['{"type":"nonsense"}']],
    ['4400 for what is no JSON', 4400, ['not JSON']],
    ['4401 for an operation before the connection was acknowledged', 4401, [SUBSCRIBE]],
    ['4429 for a second introduction', 4429, [init, init]],
    ['1009 for a message that is too large', 1009, ['x'.repeat(2_001)]],
    ['4403 for credentials that do not hold', 4403, [{ ...init, payload: { authorization: 'Bearer x' } }]],
  ])('%s', async (_name, code, messages) => {
    const client = await GraphqlSocket.open(gateway.wsUrl);
    for (const message of messages) client.send(message);
    expect((await client.closed).code).toBe(code);
  });

  test('4408 when it does not introduce itself in time', async () => {
    const client = await GraphqlSocket.open(gateway.wsUrl);
    expect((await client.closed).code).toBe(4408);
  });

  test('4409 for an operation id that is in use', async () => {
    const client = await GraphqlSocket.connect(gateway.wsUrl);
    const { id } = gateway.orders.place();
    const query = 'subscription ($id: ID!) { sagaStatus(orderId: $id) { version } }';
    client.subscribe('1', query, { id });
    await client.next('1');
    client.subscribe('1', query, { id });
    expect((await client.closed).code).toBe(4409);
  });
});

describe('an upgrade is refused', () => {
  const statusOf = async (path: string, origin?: string): Promise<number> => {
    const client = new GraphqlSocket(
      `${gateway.url.replace('http', 'ws')}${path}`,
      origin === undefined ? {} : { origin },
    );
    const [, response] = await once(client.socket, 'unexpected-response');
    client.socket.terminate();
    return response.statusCode;
  };

  test('on any other path', async () => {
    expect(await statusOf('/elsewhere')).toBe(404);
  });

  test('to a page of another origin', async () => {
    expect(await statusOf('/graphql', 'https://evil.example')).toBe(403);
  });

  test('for any other protocol', async () => {
    const client = new GraphqlSocket(gateway.wsUrl, { protocol: 'graphql-ws' });
    const ended = await Promise.race([once(client.socket, 'error').then(() => 'refused'), client.closed]);
    expect(ended).toBe('refused');
  });

  test('but not to our own pages and those that are configured', async () => {
    for (const origin of [gateway.url, 'https://shop.example']) {
      const client = await GraphqlSocket.open(gateway.wsUrl, { origin });
      client.socket.terminate();
    }
  });

  test('when there are as many connections as are taken', async () => {
    await using full = await gatewayWithFakes({ MAX_CONNECTIONS: '1' });
    await using _only = await GraphqlSocket.connect(full.wsUrl);
    const second = new GraphqlSocket(full.wsUrl);
    const [, response] = await once(second.socket, 'unexpected-response');
    expect(response.statusCode).toBe(503);
  });
});

test('a connection carries so many operations at once and no more, until one is completed', async () => {
  await using client = await GraphqlSocket.connect(gateway.wsUrl);
  const { id } = gateway.orders.place();
  const [one, two] = [new Watch(client, id), new Watch(client, id)];
  await Promise.all([one.next(), two.next()]);
  expect(await new Watch(client, id).failure()).toMatchObject({ code: 'TOO_MANY_SUBSCRIPTIONS' });
  one.stop();
  await vi.waitFor(async () => expect((await new Watch(client, id).next()).version).toBe(1));
});

test('pings are answered, and a connection that answers none is dropped', async () => {
  await using pinging = await gatewayWithFakes({ PING_EVERY_MS: '30' });
  await using lively = await GraphqlSocket.connect(pinging.wsUrl);
  lively.send({ type: 'ping' });
  expect((await lively.next()).type).toBe('pong');

  const { hostname, port } = new URL(pinging.url);
  const dead = connect(Number(port), hostname);
  const head = 'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  dead.write(`${head}${key}Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`);
  dead.resume();
  await once(dead, 'close');
  expect((await lively.ask('{ __typename }')).payload.data).toEqual({ __typename: 'Query' });
});

test('when the gateway stops, its sockets are closed with 1001 and it ends at once', async () => {
  const stopping = await gatewayWithFakes();
  const client = await GraphqlSocket.connect(stopping.wsUrl);
  const watch = new Watch(client, stopping.orders.place().id);
  await watch.next();
  await stopping.stop();
  expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  await expect(fetch(stopping.url)).rejects.toThrow();
});
