import { eventually } from '@order-saga/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { type OrderSystem, type OrderSystemOptions, startOrders } from './system/order-system.ts';
import type { Scripted } from './system/scripted-participants.ts';

const QUICK = { ATTEMPT_TIMEOUT_MS: '300', MAX_ATTEMPT_TIMEOUT_MS: '600' };

const running: OrderSystem[] = [];
async function orderSystem(options: OrderSystemOptions = {}): Promise<OrderSystem> {
  const system = await startOrders({ ...options, env: { ...QUICK, ...options.env } });
  running.push(system);
  return system;
}
afterEach(async () => {
  for (const system of running.splice(0)) {
    await system.atRest();
    await system.stop();
  }
});

/** The payment says nothing until `after` commands have come. */
const paymentAnswersFrom =
  (after: number) =>
  ({ participants }: OrderSystem) => {
    participants.script = ({ type }): Scripted =>
      type === 'ProcessPayment' && participants.of('ProcessPayment').length < after ? 'silent' : 'succeeds';
  };

describe('a participant that says nothing', () => {
  test('seed defects 17 and 28: is sent the same command again, with the same id and key', async () => {
    const orders = await orderSystem();
    paymentAnswersFrom(3)(orders);
    const placed = await orders.place();
    await orders.sagaStatus(placed.saga_id, 'Completed');
    const sent = orders.participants.of('ProcessPayment', placed.saga_id);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(new Set(sent.map((command) => JSON.stringify(command))).size).toBe(1);
    expect(await orders.historyOf(placed.saga_id)).toHaveLength(6);
    const saga = await orders.trpc.sagas.byId.query({ id: placed.saga_id });
    expect(saga?.steps[1]?.attempts).toBe(sent.length);
  });

  test('seed defect 34: past the step deadline is told to undo what it may have done, and the order is cancelled', async () => {
    const orders = await orderSystem({ env: { STEP_DEADLINE_MS: '1500' } });
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({
      status: 'cancelled',
      failure_code: 'STEP_TIMED_OUT',
    });
    await orders.sagaStatus(placed.saga_id, 'Compensated');
    expect(orders.participants.pathOf(placed.saga_id)).toEqual(['ProcessPayment', 'CompensatePayment']);
    expect(await orders.historyOf(placed.saga_id)).toEqual([
      'SagaStarted',
      'StepCompleted CreateOrder',
      'StepTimedOut ProcessPayment',
      'StepUndone ProcessPayment',
      'StepUndone CreateOrder',
    ]);
  });

  test('seed defect 37: gets attention raised, which its answer clears; no version is spent on either', async () => {
    const orders = await orderSystem({ env: { ATTENTION_AFTER_MS: '700' } });
    orders.participants.script = ({ type }) => (type === 'ConfirmInventory' ? 'silent' : 'succeeds');
    const placed = await orders.place();
    const saga = await eventually(
      async () => {
        const [stuck] = (await orders.trpc.sagas.list.query({ needsAttention: true })).items;
        return stuck ?? false;
      },
      { describe: 'attention is raised' },
    );
    expect(saga).toMatchObject({
      id: placed.saga_id,
      status: 'InProgress',
      version: 5,
      attention: { reason: expect.stringMatching(/no answer from inventory to ConfirmInventory/) },
    });
    expect((await orders.order(placed.order_id)).status).toBe('approved');
    orders.participants.script = () => 'succeeds';
    const ended = await orders.sagaStatus(placed.saga_id, 'Completed');
    expect(ended).toMatchObject({ attention: null, version: 6 });
  });

  test('is not timed out while the broker is away: the deadline stands still (rule E2)', async () => {
    const orders = await orderSystem({ env: { STEP_DEADLINE_MS: '1200' } });
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await orders.place();
    await eventually(() => orders.participants.of('ProcessPayment').length > 0);
    orders.broker.setOutage('the broker is away');
    const sentBefore = orders.participants.of('ProcessPayment').length;
    const [{ deadline: before }] = await deadlineOf(orders, placed.saga_id);
    await eventually(
      async () => {
        const [{ deadline, now }] = await deadlineOf(orders, placed.saga_id);
        return now > before + 1_000 && deadline > before;
      },
      { describe: 'the first deadline is past, and was moved on' },
    );
    expect(await orders.trpc.sagas.byId.query({ id: placed.saga_id })).toMatchObject({
      status: 'InProgress',
    });
    expect(orders.participants.of('ProcessPayment')).toHaveLength(sentBefore);
    orders.participants.script = () => 'succeeds';
    orders.broker.setOutage(null);
    await orders.sagaStatus(placed.saga_id, 'Completed');
  });

  test('an answer that is no result of its step is parked, and the next one is believed (rule P7)', async () => {
    const orders = await orderSystem();
    const { participants } = orders;
    participants.script = ({ type }) =>
      type === 'ProcessPayment' && participants.of(type).length === 1
        ? { answers: { result: { refunded: true } } }
        : 'succeeds';
    const placed = await orders.place();
    await orders.sagaStatus(placed.saga_id, 'Completed');
    const letters = await orders.trpc.deadLetters.list.query({});
    expect(letters.items.map(({ cause }) => cause)).toEqual(['UNKNOWN_RESULT']);
  });

  test('an answer with U+0000 in it is parked and holds up nobody else', async () => {
    const orders = await orderSystem();
    orders.participants.script = ({ type }) =>
      type === 'ProcessPayment'
        ? { answers: { status: 'Failed', error: 'a\u0000b', errorCode: 'X' } }
        : 'succeeds';
    const poisoned = await orders.place();
    await eventually(async () => (await orders.trpc.deadLetters.list.query({})).items.length > 0, {
      describe: 'a dead letter',
    });
    orders.participants.script = () => 'succeeds';
    const healthy = await orders.place();
    await orders.sagaStatus(healthy.saga_id, 'Completed');
    await orders.sagaStatus(poisoned.saga_id, 'Completed');
  });
});

describe('a service that was away', () => {
  test('seed defect 29: goes on with every saga where it was, on the same database', async () => {
    const first = await orderSystem();
    first.participants.script = ({ type }) => (type === 'ReserveInventory' ? 'silent' : 'succeeds');
    const placed = await Promise.all(Array.from({ length: 5 }, () => first.place()));
    await eventually(() => first.participants.of('ReserveInventory').length >= 5);
    await first.stop();
    running.splice(0);
    first.participants.script = () => 'succeeds';
    const { databaseUrl, broker, participants } = first;
    const second = await orderSystem({ databaseUrl, broker, participants });
    for (const { saga_id } of placed) await second.sagaStatus(saga_id, 'Completed');
    const ids = new Set(participants.of('ReserveInventory').map(({ id }) => id));
    expect(ids.size).toBe(placed.length);
  });

  test('cancels nothing because of its own absence: after a long one it sends again', async () => {
    const first = await orderSystem();
    first.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await first.place();
    await eventually(() => first.participants.of('ProcessPayment').length > 0);
    await first.stop();
    running.splice(0);
    // A day passes.
    await first.query(`
      update saga_transactions set wake_at = wake_at - interval '1 day', outstanding = outstanding::jsonb || jsonb_build_object(
        'issuedAt', (outstanding->>'issuedAt')::bigint - 86400000, 'checkedAt', (outstanding->>'checkedAt')::bigint - 86400000,
        'dueAt', (outstanding->>'dueAt')::bigint - 86400000, 'deadlineAt', (outstanding->>'deadlineAt')::bigint - 86400000)`);
    await first.query("update saga_due set wake_at = wake_at - interval '1 day'");
    first.participants.script = () => 'succeeds';
    const { databaseUrl, broker, participants } = first;
    const second = await orderSystem({ databaseUrl, broker, participants });
    await second.sagaStatus(placed.saga_id, 'Completed');
  });

  test('loses no saga when the broker was wiped: it sends again', async () => {
    const orders = await orderSystem();
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const placed = await Promise.all(Array.from({ length: 5 }, () => orders.place()));
    orders.broker.wipe();
    orders.participants.script = () => 'succeeds';
    for (const { saga_id } of placed) await orders.sagaStatus(saga_id, 'Completed');
  });
});

const deadlineOf = (orders: OrderSystem, sagaId: string) =>
  orders.query<{ deadline: number; now: number }>(
    `select (outstanding->>'deadlineAt')::float8 as deadline, extract(epoch from clock_timestamp())::float8 * 1000 as now
     from saga_transactions where id = $1`,
    [sagaId],
  ) as Promise<[{ deadline: number; now: number }]>;
