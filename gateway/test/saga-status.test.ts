import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { Watch } from './fakes/watching.ts';

const PAID = { kind: 'StepCompleted', step: 'ProcessPayment', currentStep: 'ReserveInventory' } as const;
const RESERVED = { kind: 'StepCompleted', step: 'ReserveInventory', currentStep: 'ApproveOrder' } as const;
const APPROVED = { kind: 'StepCompleted', step: 'ApproveOrder', orderStatus: 'approved' } as const;
const ENDED = {
  kind: 'StepCompleted',
  step: 'ConfirmInventory',
  currentStep: null,
  sagaStatus: 'Completed',
} as const;

let gateway: TestGateway;
let socket: GraphqlSocket;

beforeEach(async () => {
  gateway = await gatewayWithFakes();
  socket = await GraphqlSocket.connect(gateway.wsUrl);
});
afterEach(async () => {
  await socket[Symbol.asyncDispose]();
  await gateway.stop();
});

describe('a stream of an order', () => {
  test('begins with the present state, tells every change in order and completes at the end', async () => {
    const { id, saga } = gateway.orders.place();
    const watch = new Watch(socket, id);
    expect(await watch.next()).toMatchObject({
      orderId: id,
      sagaId: saga?.id,
      version: 1,
      kind: 'SAGA_STARTED',
      orderStatus: 'CREATED',
      sagaStatus: 'STARTED',
      step: null,
      currentStep: 'ProcessPayment',
    });
    await gateway.orders.advanceAndTell(id, PAID);
    expect(await watch.next()).toMatchObject({ version: 2, kind: 'STEP_COMPLETED', step: 'ProcessPayment' });
    for (const change of [RESERVED, APPROVED, ENDED]) await gateway.orders.advanceAndTell(id, change);
    expect(await watch.rest()).toEqual([3, 4, 5]);
  });

  test('that is opened in the middle begins with the latest change only', async () => {
    const { id } = gateway.orders.place();
    gateway.orders.advance(id, PAID);
    gateway.orders.advance(id, RESERVED);
    const watch = new Watch(socket, id);
    expect(await watch.next()).toMatchObject({ version: 3, step: 'ReserveInventory' });
    await gateway.orders.advanceAndTell(id, APPROVED);
    await gateway.orders.advanceAndTell(id, ENDED);
    expect(await watch.rest()).toEqual([4, 5]);
  });

  test('that is opened after the end tells the end and completes', async () => {
    const { id } = gateway.orders.place();
    for (const change of [PAID, RESERVED, APPROVED, ENDED]) gateway.orders.advance(id, change);
    expect(await new Watch(socket, id).rest()).toEqual([5]);
  });

  test('with afterVersion tells every later version, also those of long ago', async () => {
    const { id } = gateway.orders.place();
    for (const change of [PAID, RESERVED, APPROVED, ENDED]) gateway.orders.advance(id, change);
    expect(await new Watch(socket, id, 0).rest()).toEqual([1, 2, 3, 4, 5]);
    expect(await new Watch(socket, id, 3).rest()).toEqual([4, 5]);
    expect(await new Watch(socket, id, 5).rest()).toEqual([]);
  });

  test('seed defect 63: does not mind events that come twice, or late, or in the wrong order', async () => {
    const { id } = gateway.orders.place();
    const watch = new Watch(socket, id);
    await watch.next();
    const paid = await gateway.orders.advanceAndTell(id, PAID);
    await gateway.orders.tell(id, paid);
    const reserved = gateway.orders.advance(id, RESERVED);
    const approved = gateway.orders.advance(id, APPROVED);
    const ended = gateway.orders.advance(id, ENDED);
    await gateway.orders.tell(id, ended, paid);
    await gateway.orders.tell(id, approved, reserved);
    expect(await watch.rest()).toEqual([2, 3, 4, 5]);
  });

  test('fills a gap from the history when an event was lost', async () => {
    const { id } = gateway.orders.place();
    const watch = new Watch(socket, id);
    await watch.next();
    gateway.orders.advance(id, PAID);
    gateway.orders.advance(id, RESERVED);
    await gateway.orders.advanceAndTell(id, APPROVED);
    expect([await watch.next(), await watch.next(), await watch.next()]).toMatchObject([
      { version: 2 },
      { version: 3 },
      { version: 4 },
    ]);
  });

  test('ends although the broker told nothing at all', async () => {
    const { id } = gateway.orders.place();
    const watch = new Watch(socket, id);
    gateway.broker.setOutage('pulled by the test');
    await watch.next();
    for (const change of [PAID, RESERVED, APPROVED, ENDED]) gateway.orders.advance(id, change);
    expect(await watch.rest()).toEqual([2, 3, 4, 5]);
  });

  test('goes on when the order service comes back after an outage', async () => {
    const { id } = gateway.orders.place();
    const watch = new Watch(socket, id);
    await watch.next();
    gateway.orders.fault = new Error('the database is away');
    await vi.waitFor(() => expect(gateway.orders.calls.byIds).toBeGreaterThan(0));
    gateway.orders.advance(id, PAID);
    gateway.orders.fault = undefined;
    expect(await watch.next()).toMatchObject({ version: 2 });
  });

  test('of an order that nobody knows ends with NOT_FOUND', async () => {
    expect(await new Watch(socket, '99999999-9999-9999-9999-999999999999').failure()).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await new Watch(socket, 'no uuid').failure()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses a version that never was', async () => {
    const { id } = gateway.orders.place();
    expect(await new Watch(socket, id, -1).failure()).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

test('a thousand watchers of one order cost one reading of its history', async () => {
  await using quiet = await gatewayWithFakes({ RECHECK_EVERY_MS: '60000' });
  const { id } = quiet.orders.place();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => GraphqlSocket.connect(quiet.wsUrl)));
  const watches = sockets.flatMap((one) => Array.from({ length: 100 }, () => new Watch(one, id)));
  await Promise.all(watches.map((watch) => watch.next()));
  for (const change of [PAID, RESERVED, APPROVED, ENDED]) await quiet.orders.advanceAndTell(id, change);
  for (const watch of watches) expect(await watch.rest()).toEqual([2, 3, 4, 5]);
  expect(quiet.orders.calls).toMatchObject({ byId: 1, history: 1 });
});

test('a gap that opens while another is being filled is filled at once', async () => {
  await using quiet = await gatewayWithFakes({ RECHECK_EVERY_MS: '60000' });
  await using client = await GraphqlSocket.connect(quiet.wsUrl);
  const { orders } = quiet;
  const { id } = orders.place();
  const watch = new Watch(client, id);
  await watch.next();
  const stale = [orders.advance(id, PAID), orders.advance(id, RESERVED)];
  const answer = Promise.withResolvers<void>();
  orders.answerHistory = async () => {
    orders.answerHistory = undefined;
    await answer.promise;
    return stale;
  };
  await orders.tell(id, ...stale.slice(1));
  await vi.waitFor(() => expect(orders.calls.history).toBe(2));
  orders.advance(id, APPROVED);
  await orders.advanceAndTell(id, ENDED);
  await new Promise(setImmediate);
  answer.resolve();
  expect(await watch.rest()).toEqual([2, 3, 4, 5]);
});

test('a subscriber that reads too slowly is told so, and resumes from the last version it was given', async () => {
  await using strict = await gatewayWithFakes({ MAX_UPDATES_BEHIND: '2' });
  await using client = await GraphqlSocket.connect(strict.wsUrl);
  const { id } = strict.orders.place();
  const watch = new Watch(client, id);
  await watch.next();
  // All at once: however fast it reads, it is three behind when it has been given the first.
  const changes = [PAID, RESERVED, APPROVED, ENDED].map((change) => strict.orders.advance(id, change));
  await strict.orders.tell(id, ...changes);
  expect((await watch.next()).version).toBe(2);
  expect(await watch.failure()).toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW', lastVersion: 2 });
  expect(await new Watch(client, id, 2).rest()).toEqual([3, 4, 5]);
});

test('an order that was just placed here is watched without asking whose it is', async () => {
  const { http, orders } = gateway;
  const { data } = await http.ask(`mutation { createOrder(input: {
    idempotencyKey: "k", lines: [{ productId: "11111111-1111-1111-1111-111111111111", quantity: 1 }]
  }) { order { id } } }`);
  expect((await new Watch(socket, data.createOrder.order.id).next()).version).toBe(1);
  expect(orders.calls.byId).toBeUndefined();
});

test('nothing is kept of an order that nobody watches any more', async () => {
  const { id } = gateway.orders.place();
  const watch = new Watch(socket, id);
  await watch.next();
  expect(await watchedOrders()).toBe(1);
  watch.stop();
  await vi.waitFor(async () => expect(await watchedOrders()).toBe(0));
});

async function watchedOrders(): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^order_saga_gateway_watched_orders\S* (\d+)$/m.exec(metrics)?.[1]);
}
