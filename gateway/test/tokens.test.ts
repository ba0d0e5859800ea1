import { DEVELOPMENT_ISSUER } from '@order-saga/service-kit/auth';
import { signingKey, trusting } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CUSTOMER, gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { Watch } from './fakes/watching.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const BOB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const key = await signingKey('one');
const ORDERS = '{ orders { edges { node { customerId } } } }';

const bearer = async (claims: Parameters<typeof key.sign>[0]) => ({
  authorization: `Bearer ${await key.sign(claims)}`,
});
/** Tokens are taken for five seconds longer than they say: this one for about two from now. */
const almostExpired = () => Math.floor(Date.now() / 1_000) - 3;

describe('with AUTH=jwt', () => {
  let gateway: TestGateway;
  let annsOrder: string;
  beforeAll(async () => {
    gateway = await gatewayWithFakes(trusting(key));
    annsOrder = gateway.orders.place({ customerId: ANN }).id;
    gateway.orders.place({ customerId: BOB });
  });
  afterAll(() => gateway.stop());

  test('a request without a token that holds is refused with 401, a socket with 4403', async () => {
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, await bearer({ sub: ANN, exp: 1 })]) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: ORDERS }),
      });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);

      const socket = await GraphqlSocket.open(gateway.wsUrl);
      socket.send({ type: 'connection_init', payload: headers });
      expect((await socket.closed).code).toBe(4403);
    }
  });

  test('a token says whose orders are shown, on either transport; support sees those of all', async () => {
    const seenBy = async (claims: Parameters<typeof key.sign>[0]) => {
      const headers = await bearer(claims);
      const { data } = await gateway.http.ask(ORDERS, {}, { headers });
      await using socket = await GraphqlSocket.connect(gateway.wsUrl, headers);
      expect((await socket.ask(ORDERS)).payload.data).toEqual(data);
      return data.orders.edges.map(({ node }: { node: { customerId: string } }) => node.customerId);
    };
    expect(await seenBy({ sub: ANN })).toEqual([ANN]);
    expect((await seenBy({ sub: 'joe', roles: ['support'] })).toSorted()).toEqual([ANN, BOB]);
  });

  test('support that is no customer has to say whose order it places', async () => {
    const headers = await bearer({ sub: 'joe', roles: ['support'] });
    const place = async (whose: string) => {
      const mutation = `mutation { createOrder(input: { idempotencyKey: "k", ${LINES} ${whose} }) {
        order { customerId } userErrors { code field }
      } }`;
      return (await gateway.http.ask(mutation, {}, { headers })).data.createOrder;
    };
    expect((await place('')).userErrors).toEqual([
      { code: 'INVALID_CUSTOMER', field: ['input', 'customerId'] },
    ]);
    expect((await place(`customerId: "${ANN}"`)).order).toEqual({ customerId: ANN });
  });
  const LINES = 'lines: [{ productId: "11111111-1111-1111-1111-111111111111", quantity: 1 }]';

  test('a socket is closed with 4403 when its token expires, with all that is watched on it', async () => {
    const headers = await bearer({ sub: ANN, exp: almostExpired() });
    const socket = await GraphqlSocket.connect(gateway.wsUrl, headers);
    expect((await new Watch(socket, annsOrder).next()).version).toBe(1);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
  });

  test('a token for years is not mistaken for one that has expired', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 10 * 365 * 86_400;
    await using socket = await GraphqlSocket.connect(gateway.wsUrl, await bearer({ sub: ANN, exp }));
    expect((await socket.ask(ORDERS)).payload.data.orders.edges).not.toEqual([]);
  });
});

test('while the issuer’s keys cannot be read, nobody is told that their token is bad', async () => {
  await using gateway = await gatewayWithFakes({
    ...trusting(key),
    AUTH_JWKS: '',
    AUTH_JWKS_URL: 'http://127.0.0.1:1/keys',
  });
  const headers = await bearer({ sub: ANN });
  const { status, errors } = await gateway.http.ask(ORDERS, {}, { headers });
  expect([status, errors?.[0]?.extensions?.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  const socket = await GraphqlSocket.open(gateway.wsUrl);
  socket.send({ type: 'connection_init', payload: headers });
  expect((await socket.closed).code).toBe(1013);
});

test('in development whoever sends no token is the demo customer, and a token is taken at its word', async () => {
  await using gateway = await gatewayWithFakes({ AUTH_JWKS: trusting(key).AUTH_JWKS });
  gateway.orders.place({ customerId: ANN });
  gateway.orders.place({ customerId: DEMO_CUSTOMER });
  expect((await gateway.http.ask(ORDERS)).data.orders.edges).toHaveLength(2);
  const headers = await bearer({ sub: ANN, iss: DEVELOPMENT_ISSUER });
  expect((await gateway.http.ask(ORDERS, {}, { headers })).data.orders.edges).toEqual([
    { node: { customerId: ANN } },
  ]);
  expect((await gateway.http.ask(ORDERS, {}, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
});
