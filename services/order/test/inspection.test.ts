import { replyIdOf } from '@order-saga/contracts';
import { commandId } from '@order-saga/saga';
import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUP, type OrderSystem, SEED_ORDER, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders();
});
afterAll(async () => {
  await orders.stop();
});

const inspect = async (id: string) => {
  const found = await orders.trpc.sagas.inspect.query({ id });
  if (found === null) throw new Error(`nothing is known of ${id}`);
  return found;
};

test('an operator sees every command of a saga by its id, what came of it, and how long it was on its way', async () => {
  orders.participants.script = () => 'succeeds';
  orders.participants.headers = { delivery: '1767225600000,1767225600020' };
  const { order_id, saga_id } = await orders.place();
  await orders.sagaStatus(saga_id, 'Completed');
  const { commands, order, waitingBehind, isUnpublished } = await inspect(saga_id);
  expect(order).toMatchObject({ id: order_id, total: { minor: 9_999, currency: 'USD' } });
  expect(commands.map(({ type, placement, outcome }) => [type, placement, outcome])).toEqual([
    ['CreateOrder', 'local', 'succeeded'],
    ['ProcessPayment', 'kafka', 'succeeded'],
    ['ReserveInventory', 'kafka', 'succeeded'],
    ['ApproveOrder', 'local', 'succeeded'],
    ['ConfirmInventory', 'kafka', 'succeeded'],
  ]);
  const id = commandId(saga_id, 'ProcessPayment', 'forward', 0);
  expect(commands[1]).toMatchObject({
    id,
    replyId: replyIdOf(id),
    idempotencyKey: `${saga_id}:ProcessPayment:forward:0`,
    participant: 'payment',
    attempts: 1,
    error: null,
    delivery: {
      commandPublishedAt: '2026-01-01T00:00:00.000Z',
      commandReceivedAt: '2026-01-01T00:00:00.020Z',
      replyReceivedAt: expect.stringMatching(/Z$/),
    },
  });
  expect(commands[0]?.delivery).toBeNull();
  expect({ waitingBehind, isUnpublished }).toEqual({ waitingBehind: null, isUnpublished: false });
  expect((await inspect(order_id)).saga.id).toBe(saga_id);
});

test('what is undone is two commands, and what was refused says why', async () => {
  orders.participants.script = ({ type }) =>
    type === 'ReserveInventory' ? { fails: 'INSUFFICIENT_INVENTORY' } : 'succeeds';
  orders.participants.headers = {};
  const { saga_id } = await orders.place();
  await orders.sagaStatus(saga_id, 'Compensated');
  const { commands, transitions } = await inspect(saga_id);
  expect(commands.map(({ type, direction, outcome }) => `${type} ${direction} ${outcome}`)).toEqual([
    'CreateOrder forward succeeded',
    'ProcessPayment forward succeeded',
    'ReserveInventory forward rejected',
    'CompensatePayment backward succeeded',
    'CancelOrder backward succeeded',
  ]);
  expect(commands[2]?.error).toMatchObject({ code: 'INSUFFICIENT_INVENTORY' });
  expect(commands[2]?.delivery).toBeNull();
  for (const { recordedAt, sentAt, endedAt } of commands) {
    expect(Date.parse(sentAt ?? '')).toBeGreaterThanOrEqual(Date.parse(recordedAt));
    expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(sentAt ?? ''));
  }
  expect(transitions).toEqual(await orders.trpc.sagas.history.query({ sagaId: saga_id }));
});

test('a command that nobody answers is outstanding, with its sends counted', async () => {
  orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
  const { saga_id } = await orders.place({ ...SEED_ORDER, customer_id: CUP });
  await eventually(async () => {
    const { commands } = await inspect(saga_id);
    expect(commands.at(-1)).toMatchObject({
      type: 'ProcessPayment',
      outcome: 'outstanding',
      attempts: 1,
      endedAt: null,
    });
  });
  const live = { status: ['Started' as const, 'InProgress' as const, 'Compensating' as const] };
  expect((await orders.trpc.sagas.list.query(live)).items.map(({ id }) => id)).toEqual([saga_id]);
  const ofCustomer = await orders.trpc.sagas.list.query({ ...live, customerId: SEED_ORDER.customer_id });
  expect(ofCustomer.items).toEqual([]);
  expect(await orders.trpc.sagas.stats.query()).toEqual({ live: 1, waiting: 0, needAttention: 0 });

  await orders.trpc.orders.cancel.mutate({
    orderId: (await inspect(saga_id)).order.id,
    requestId: CUP,
    reason: 'enough',
  });
  await orders.sagaStatus(saga_id, 'Compensated');
  expect((await inspect(saga_id)).commands.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
    'CreateOrder succeeded',
    'ProcessPayment gave-up',
    'CompensatePayment succeeded',
    'CancelOrder succeeded',
  ]);
});

test('what a participant remembers of a command is asked for by its key, null where it never came', async () => {
  orders.participants.script = () => 'succeeds';
  const { saga_id } = await orders.place();
  await orders.sagaStatus(saga_id, 'Completed');
  const keys = [`${saga_id}:CreateOrder:forward:0`, `${saga_id}:CreateOrder:backward:0`];
  const [done, never] = await orders.trpc.inbox.byKeys.query({ keys });
  expect(done).toMatchObject({ commandType: 'CreateOrder', outcome: 'succeeded' });
  expect(JSON.parse(done?.reply ?? '')).toMatchObject({ saga_id, status: 'Success' });
  expect(never).toBeNull();
});

test('nothing is known of a saga that is not there', async () => {
  expect(await orders.trpc.sagas.inspect.query({ id: CUP })).toBeNull();
  expect(await orders.trpc.sagas.byIds.query({ ids: [CUP] })).toEqual([null]);
});
