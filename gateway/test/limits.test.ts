import { once } from 'node:events';
import { signingKey, trusting } from '@order-saga/testkit';
import { describe, expect, test, vi } from 'vitest';
import { watchLoad } from '../src/pipeline/load.ts';
import { networkOf } from '../src/pipeline/rate-limit.ts';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlEvents } from './fakes/graphql-events.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { EVENTS_BY_GET, EVENTS_BY_POST, GET, OVER_HTTP, POST, type Transport } from './fakes/transports.ts';

const QUESTION = { query: '{ __typename }' };
describe('a client that asks too often', () => {
  test.each(OVER_HTTP)('is told by $name: 429, and when to come again', async (transport) => {
    await using gateway = await gatewayWithFakes({ MAX_OPERATIONS_PER_MINUTE: '2' });
    for (let asked = 0; asked < 2; asked += 1) {
      expect((await transport.ask(gateway, QUESTION)).errors).toBeUndefined();
    }
    const response = await transport.send(gateway, QUESTION);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(50);
    const { errors } = await transport.ask(gateway, QUESTION);
    expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterS: expect.any(Number) });
  });

  test('is told on its WebSocket, which stays; a new one is closed with 1013', async () => {
    await using gateway = await gatewayWithFakes({ MAX_OPERATIONS_PER_MINUTE: '2' });
    await using socket = await GraphqlSocket.connect(gateway.wsUrl);
    expect((await socket.ask('{ __typename }')).type).toBe('next');
    const refused = { type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] };
    expect(await socket.ask('{ __typename }')).toMatchObject(refused);
    expect(await socket.ask('{ __typename }')).toMatchObject(refused);
    const another = await GraphqlSocket.open(gateway.wsUrl);
    another.send({ type: 'connection_init' });
    expect((await another.closed).code).toBe(1013);
  });

  test('is one customer wherever it comes from, and takes nothing from others', async () => {
    const key = await signingKey('one');
    await using gateway = await gatewayWithFakes({ ...trusting(key), MAX_OPERATIONS_PER_MINUTE: '1' });
    const as = async (sub: string, transport: Transport) => {
      const headers = { authorization: `Bearer ${await key.sign({ sub })}` };
      return (await transport.ask(gateway, QUESTION, headers)).errors?.[0]?.extensions?.code;
    };
    const [ann, bob] = ['aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'];
    expect([await as(ann, POST), await as(ann, EVENTS_BY_POST)]).toEqual([undefined, 'RATE_LIMITED']);
    expect(await as(bob, GET)).toBeUndefined();
    // Guessing tokens is counted by address.
    const guess = () => POST.ask(gateway, QUESTION, { authorization: 'Bearer guess' });
    expect((await guess()).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await guess()).errors?.[0]?.extensions?.code).toBe('RATE_LIMITED');
  });

  test('is known by X-Forwarded-For only where a proxy of ours says so', async () => {
    const askedFrom = async (gateway: TestGateway, address: string) => {
      const answer = await POST.ask(gateway, QUESTION, { 'x-forwarded-for': address });
      return answer.errors?.[0]?.extensions?.code;
    };
    await using open = await gatewayWithFakes({ MAX_OPERATIONS_PER_MINUTE: '1' });
    expect([await askedFrom(open, '10.0.0.1'), await askedFrom(open, '10.0.0.2')]).toEqual([
      undefined,
      'RATE_LIMITED',
    ]);
    await using behind = await gatewayWithFakes({
      MAX_OPERATIONS_PER_MINUTE: '1',
      TRUSTED_PROXIES: '127.0.0.0/8',
    });
    expect([await askedFrom(behind, '10.0.0.1'), await askedFrom(behind, '10.0.0.2')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await askedFrom(behind, '10.0.0.2')).toBe('RATE_LIMITED');
  });

  test('has all addresses of its network', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2:ffff::1'));
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('10.0.0.1')).not.toBe(networkOf('10.0.0.2'));
    expect(networkOf('::ffff:10.0.0.1')).not.toBe(networkOf('::ffff:10.0.0.2'));
  });
});

describe('open sockets and event streams', () => {
  const WATCH = 'subscription ($id: ID!) { sagaStatus(orderId: $id) { version } }';
  const refusalOf = async (gateway: TestGateway) => {
    const socket = new GraphqlSocket(gateway.wsUrl);
    const [, response] = await once(socket.socket, 'unexpected-response');
    socket.socket.terminate();
    return response.statusCode;
  };

  test.each([
    ['of one client', 'MAX_CONNECTIONS_PER_CLIENT', 429],
    ['of all clients', 'MAX_CONNECTIONS', 503],
  ])('%s are counted together', async (_whose, variable, status) => {
    await using gateway = await gatewayWithFakes({ [variable]: '2' });
    const { id } = gateway.orders.place();
    const socket = await GraphqlSocket.connect(gateway.wsUrl);
    await using events = await GraphqlEvents.open(gateway.url, WATCH, { id });
    await events.next();
    await using one = await GraphqlEvents.open(gateway.url, WATCH, { id });
    expect([one.response.status, one.response.headers.get('retry-after')]).toEqual([status, '5']);
    expect(await refusalOf(gateway)).toBe(status);
    socket.socket.terminate();
    await vi.waitFor(async () => {
      await using free = await GraphqlSocket.connect(gateway.wsUrl).catch(() => null as never);
      expect(free).not.toBeNull();
    });
  });
});

describe('what is too large is refused', () => {
  test.each([
    [POST, 413, 2_000],
    [EVENTS_BY_POST, 413, 2_000],
    [GET, 431, 20_000],
    [EVENTS_BY_GET, 431, 20_000],
  ])('by $name with %i', async (transport, status, length) => {
    await using gateway = await gatewayWithFakes({ MAX_BODY_BYTES: '2000' });
    const response = await transport.send(gateway, { ...QUESTION, variables: { pad: 'x'.repeat(length) } });
    expect(response.status).toBe(status);
  });
});

describe('while this process has no time to spare', () => {
  test('operations are refused at once, on every transport alike', async () => {
    await using gateway = await gatewayWithFakes({ MAX_EVENT_LOOP_DELAY_MS: '10' });
    const busy = setInterval(() => {
      for (const until = performance.now() + 40; performance.now() < until; );
    }, 1);
    try {
      await vi.waitFor(
        async () => expect((await POST.ask(gateway, QUESTION)).errors).toMatchObject([OVERLOADED]),
        { timeout: 20_000, interval: 1 },
      );
      for (const transport of OVER_HTTP) {
        const response = await transport.send(gateway, QUESTION);
        expect([response.status, response.headers.get('retry-after')], transport.name).toEqual([503, '1']);
      }
      const socket = await GraphqlSocket.open(gateway.wsUrl);
      socket.send({ type: 'connection_init' });
      expect((await socket.closed).code).toBe(1013);
    } finally {
      clearInterval(busy);
    }
  });
  const OVERLOADED = { extensions: { code: 'OVERLOADED', retryAfterS: 1 } };

  test('and are taken again when it has', async () => {
    const load = watchLoad({ maxDelayMs: 60_000 });
    expect(() => load.check()).not.toThrow();
    load.stop();
  });
});
