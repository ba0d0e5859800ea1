import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Authenticate } from '../src/auth/principal.ts';
import { publicError } from '../src/pipeline/public-error.ts';
import { BOOK } from './fakes/fake-inventory.ts';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { Watch } from './fakes/watching.ts';
import { OrdersWatch } from './fakes/watching-orders.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const BOB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';

/** The token is the customer's id. */
const byToken: Authenticate = ({ authorization }) => {
  const customerId = authorization?.replace('Bearer ', '');
  if (customerId === ANN || customerId === BOB)
    return { customerId, scope: 'own', roles: [], expiresAt: null };
  throw publicError('UNAUTHENTICATED', 'no such customer');
};

let gateway: TestGateway;
let annsOrder: string;

beforeEach(async () => {
  gateway = await gatewayWithFakes({}, { authenticate: byToken });
  annsOrder = gateway.orders.place({ customerId: ANN }).id;
});
afterEach(() => gateway.stop());

const askAs = (customer: string, query: string) =>
  gateway.http.ask(query, undefined, { headers: { authorization: `Bearer ${customer}` } });

describe('a customer', () => {
  test('sees their own orders and nobody else’s', async () => {
    const query = `{ order(id: "${annsOrder}") { id } orders { edges { node { id } } } }`;
    expect((await askAs(ANN, query)).data).toEqual({
      order: { id: annsOrder },
      orders: { edges: [{ node: { id: annsOrder } }] },
    });
    expect((await askAs(BOB, query)).data).toEqual({ order: null, orders: { edges: [] } });
  });

  test('may ask for their own orders by their id, and not for another’s', async () => {
    const query = `{ viewer { customerId roles } orders(filter: { customerId: "${ANN}" }) { edges { node { id } } } }`;
    expect((await askAs(ANN, query)).data).toEqual({
      viewer: { customerId: ANN, roles: ['CUSTOMER'] },
      orders: { edges: [{ node: { id: annsOrder } }] },
    });
    expect((await askAs(BOB, query)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    const node = `{ node(id: "${annsOrder}") { id } }`;
    expect((await askAs(ANN, node)).data.node).toEqual({ id: annsOrder });
    expect((await askAs(BOB, node)).data.node).toBeNull();
  });

  test('retries their own orders only', async () => {
    gateway.orders.advance(annsOrder, { orderStatus: 'cancelled', sagaStatus: 'Compensated' });
    const retry = `mutation { createOrder(input: {
      idempotencyKey: "again", lines: [{ productId: "${BOOK}", quantity: 1 }], retryOf: "${annsOrder}"
    }) { order { retryOf { id } } userErrors { code field } } }`;
    expect((await askAs(BOB, retry)).data.createOrder).toEqual({
      order: null,
      userErrors: [{ code: 'RETRIED_ORDER_NOT_FOUND', field: ['input', 'retryOf'] }],
    });
    expect((await askAs(ANN, retry)).data.createOrder.order).toEqual({ retryOf: { id: annsOrder } });
  });

  test('watches their own orders; another’s is as if it were not there', async () => {
    await using ann = await GraphqlSocket.connect(gateway.wsUrl, { authorization: `Bearer ${ANN}` });
    await using bob = await GraphqlSocket.connect(gateway.wsUrl, { authorization: `Bearer ${BOB}` });
    expect((await new Watch(ann, annsOrder).next()).version).toBe(1);
    expect(await new Watch(bob, annsOrder).failure()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is told of the changes of their own orders; another’s are not theirs to ask for', async () => {
    await using ann = await GraphqlSocket.connect(gateway.wsUrl, { authorization: `Bearer ${ANN}` });
    await using bob = await GraphqlSocket.connect(gateway.wsUrl, { authorization: `Bearer ${BOB}` });
    const filter = { customerId: ANN };
    expect((await new OrdersWatch(ann).untilNow()).told).toEqual([`${annsOrder} 1`]);
    expect((await new OrdersWatch(ann, { filter }).untilNow()).told).toEqual([`${annsOrder} 1`]);
    const { told, cursor } = await new OrdersWatch(bob).untilNow();
    expect(told).toEqual([]);
    expect(await new OrdersWatch(bob, { filter }).failure()).toMatchObject({ code: 'FORBIDDEN' });
    // A cursor is a place in time, and opens nothing.
    gateway.orders.advance(annsOrder, { kind: 'StepCompleted' });
    expect((await new OrdersWatch(bob, { after: cursor }).untilNow()).told).toEqual([]);
  });

  test('cancels their own orders only', async () => {
    const cancel = `mutation { cancelOrder(input: { orderId: "${annsOrder}" }) { order { id } userErrors { code } } }`;
    expect((await askAs(BOB, cancel)).data.cancelOrder.userErrors).toEqual([{ code: 'ORDER_NOT_FOUND' }]);
    expect(gateway.orders.calls.cancel).toBeUndefined();
    expect((await askAs(ANN, cancel)).data.cancelOrder.order.id).toBe(annsOrder);
  });

  test('places orders for themselves only', async () => {
    const create = (customerId: string) => `mutation { createOrder(input: {
      idempotencyKey: "k", customerId: "${customerId}", lines: [{ productId: "${BOOK}", quantity: 1 }]
    }) { order { customerId } } }`;
    expect((await askAs(BOB, create(ANN))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await askAs(BOB, create(BOB))).data.createOrder.order.customerId).toBe(BOB);
  });
});

test('someone of support staff sees every order without being a customer', async () => {
  const authenticate: Authenticate = () => ({ customerId: null, scope: 'all', roles: [], expiresAt: null });
  await using support = await gatewayWithFakes({}, { authenticate });
  const { id } = support.orders.place({ customerId: ANN });
  const { data } = await support.http.ask(
    '{ viewer { customerId roles } orders { edges { node { id customerId } } } }',
  );
  expect(data).toEqual({
    viewer: { customerId: null, roles: ['SUPPORT'] },
    orders: { edges: [{ node: { id, customerId: ANN } }] },
  });
  await using socket = await GraphqlSocket.connect(support.wsUrl);
  const filter = { customerId: ANN };
  expect((await new OrdersWatch(socket, { filter }).untilNow()).told).toEqual([`${id} 1`]);
  expect(await new OrdersWatch(socket).failure()).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('credentials that do not hold are refused on both transports', async () => {
  const { errors } = await askAs('nobody', '{ orders { edges { cursor } } }');
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  const socket = await GraphqlSocket.open(gateway.wsUrl);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer nobody' } });
  expect((await socket.closed).code).toBe(4403);
});

test('a socket outlives its token: the next operation is refused, the connection stays', async () => {
  let isRevoked = false;
  const authenticate: Authenticate = () => {
    if (isRevoked) throw publicError('UNAUTHENTICATED', 'expired');
    return { customerId: ANN, scope: 'own', roles: [], expiresAt: null };
  };
  await using expiring = await gatewayWithFakes({}, { authenticate });
  await using socket = await GraphqlSocket.connect(expiring.wsUrl);
  isRevoked = true;
  const refused = await socket.ask('{ orders { edges { cursor } } }');
  expect(refused).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});
