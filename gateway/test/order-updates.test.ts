import { eventually } from '@order-saga/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_CUSTOMER, gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';
import { OrdersWatch } from './fakes/watching-orders.ts';

let gateway: TestGateway;
let socket: GraphqlSocket;

/** Nothing is found by looking again, unless a test wants it: what is told was told by an event. */
const NO_RECHECK = { RECHECK_EVERY_MS: '600000' };

beforeEach(async () => {
  gateway = await gatewayWithFakes(NO_RECHECK);
  socket = await GraphqlSocket.connect(gateway.wsUrl);
});
afterEach(async () => {
  await socket[Symbol.asyncDispose]();
  await gateway.stop();
});

const place = (customerId = DEMO_CUSTOMER) => gateway.orders.place({ customerId }).id;
const approve = (id: string) =>
  gateway.orders.advanceAndTell(id, { orderStatus: 'approved', sagaStatus: 'Completed' });

describe('the updates of a customer’s orders', () => {
  test('begin with the orders under way, say when that is all, and go on with each that changes', async () => {
    const [ended, open] = [place(), place()];
    place('12121212-1212-4212-8212-121212121212');
    await approve(ended);
    const watch = new OrdersWatch(socket);
    expect((await watch.untilNow()).told).toEqual([`${open} 1`]);
    await approve(open);
    expect((await watch.next()).order).toMatchObject({ id: open, version: 2, status: 'APPROVED' });
    const placed = place();
    await gateway.orders.advanceAndTell(placed, { kind: 'StepCompleted', step: 'ProcessPayment' });
    expect((await watch.next()).order).toMatchObject({ id: placed, version: 2 });
  });

  test('are resumed after a cursor with everything that changed since, each order once', async () => {
    const [one, two] = [place(), place()];
    const { cursor } = await new OrdersWatch(socket).untilNow();
    await socket[Symbol.asyncDispose]();
    const three = place();
    for (const id of [two, three, one]) gateway.orders.advance(id, { kind: 'StepCompleted' });
    gateway.orders.advance(two, { orderStatus: 'approved', sagaStatus: 'Completed' });
    await using again = await GraphqlSocket.connect(gateway.wsUrl);
    const { told, cursor: end } = await new OrdersWatch(again, { after: cursor }).untilNow();
    expect(told.toSorted()).toEqual([`${one} 2`, `${two} 3`, `${three} 2`].toSorted());
    expect((await new OrdersWatch(again, { after: end }).untilNow()).told).toEqual([]);
  });

  test('are told of more orders than one page has', async () => {
    const placed = Array.from({ length: 120 }, () => `${place()} 1`);
    expect((await new OrdersWatch(socket).untilNow()).told).toEqual(placed);
  });

  test('may be of some orders only', async () => {
    const open = place();
    const watch = new OrdersWatch(socket, { filter: { status: ['APPROVED', 'CANCELLED'] } });
    expect((await watch.untilNow()).told).toEqual([]);
    await gateway.orders.advanceAndTell(open, { kind: 'StepCompleted', step: 'ProcessPayment' });
    await approve(open);
    expect((await watch.next()).order).toMatchObject({ version: 3, status: 'APPROVED' });
  });

  test('have what other services say as it is at each update', async () => {
    const id = place();
    const watch = new OrdersWatch(socket);
    expect((await watch.next()).order).toMatchObject({ payment: null });
    await watch.next();
    gateway.payments.put(id, { status: 'processed' });
    await approve(id);
    expect((await watch.next()).order).toMatchObject({ payment: { status: 'PROCESSED' } });
  });

  test('end without a trace when the client completes them', async () => {
    const watch = new OrdersWatch(socket);
    await watch.untilNow();
    const watched = async () =>
      /^order_saga_gateway_watched_customers.* (\d+)$/m.exec(
        await (await fetch(`${gateway.url}/metrics`)).text(),
      );
    expect((await watched())?.[1]).toBe('1');
    watch.stop();
    await eventually(async () => expect((await watched())?.[1]).toBe('0'));
  });

  test('cannot begin at a cursor of something else', async () => {
    expect(await new OrdersWatch(socket, { after: 'x' }).failure()).toMatchObject({ code: 'BAD_USER_INPUT' });
    gateway.orders.fault = new Error('planted');
    expect(await new OrdersWatch(socket).failure()).toMatchObject({ code: 'INTERNAL' });
  });
});

test('an update whose event was lost is found by looking again', async () => {
  await using losing = await gatewayWithFakes({ RECHECK_EVERY_MS: '50' });
  await using watching = await GraphqlSocket.connect(losing.wsUrl);
  const { id } = losing.orders.place({ customerId: DEMO_CUSTOMER });
  const watch = new OrdersWatch(watching);
  await watch.untilNow();
  losing.orders.advance(id, { kind: 'StepCompleted', step: 'ProcessPayment' });
  expect((await watch.next()).order).toMatchObject({ id, version: 2 });
});

test('an update that cannot be read just now is told a moment later', async () => {
  const id = place();
  const watch = new OrdersWatch(socket);
  await watch.untilNow();
  gateway.orders.fault = new Error('planted');
  const before = gateway.orders.calls.changes ?? 0;
  await approve(id);
  await eventually(() => expect(gateway.orders.calls.changes).toBeGreaterThan(before));
  gateway.orders.fault = undefined;
  expect((await watch.next()).order).toMatchObject({ id, version: 2 });
});
