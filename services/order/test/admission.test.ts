import { randomUUID } from 'node:crypto';
import { eventually } from '@order-saga/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { type OrderSystem, startOrders } from './system/order-system.ts';

const running: OrderSystem[] = [];
async function orderSystem(env: Record<string, string>): Promise<OrderSystem> {
  const system = await startOrders({ env });
  running.push(system);
  return system;
}
afterEach(async () => {
  for (const system of running.splice(0)) {
    await system.atRest();
    await system.stop();
  }
});

const inFlight = async (orders: OrderSystem) =>
  Number((await orders.query('select count(*) as n from saga_due where in_flight'))[0]?.n);

describe('seed defect 70: more orders than there is room for', () => {
  test('are all accepted, wait in the order they came, and all finish', async () => {
    // One lane, so that the order in which they are queued is the one in which they are accepted.
    const orders = await orderSystem({ MAX_SAGAS_IN_FLIGHT: '10', LANES: '1' });
    const { participants } = orders;
    let most = 0;
    participants.script = () => {
      const answered = new Set(participants.of('ConfirmInventory').map(({ sagaId }) => sagaId));
      const begun = new Set(participants.of('ProcessPayment').map(({ sagaId }) => sagaId));
      most = Math.max(most, begun.size - answered.size);
      return 'succeeds';
    };
    const placed = await Promise.all(Array.from({ length: 300 }, () => orders.place()));
    await eventually(async () => participants.of('ConfirmInventory').length === 300, {
      describe: '300 orders finish',
      timeoutMs: 25_000,
    });
    await orders.atRest();
    const ended = await orders.query(
      'select status, count(*)::int as n from saga_transactions group by status',
    );
    expect(ended).toEqual([{ status: 'Completed', n: 300 }]);
    // A little over the bound only while the answers of those that ended are on their way back.
    expect(most).toBeLessThanOrEqual(20);
    const begun = [...new Set(participants.of('ProcessPayment').map(({ sagaId }) => sagaId))];
    // Ids of sagas are drawn in the order in which they were accepted.
    const place = new Map(
      placed
        .map(({ saga_id }) => saga_id)
        .sort()
        .map((sagaId, index) => [sagaId, index]),
    );
    const jumps = begun.map((sagaId, index) => Math.abs((place.get(sagaId) ?? 0) - index));
    // Partitions run side by side: neighbours may change places, nobody is left behind.
    expect(Math.max(...jumps)).toBeLessThanOrEqual(40);
  });

  test('wait without a command and without a deadline, and can be cancelled while the payment is down', async () => {
    const orders = await orderSystem({ MAX_SAGAS_IN_FLIGHT: '1', STEP_DEADLINE_MS: '60000' });
    orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    const first = await orders.place();
    await orders.participants.first('ProcessPayment', first.saga_id);
    const second = await orders.place();
    const third = await orders.place();
    expect(await orders.query('select saga_id from waiting order by n')).toEqual([
      { saga_id: second.saga_id },
      { saga_id: third.saga_id },
    ]);
    expect(await orders.trpc.sagas.byId.query({ id: second.saga_id })).toMatchObject({
      currentStep: 'ProcessPayment',
      deadlineAt: null,
      nextAttemptAt: null,
    });
    const cancelled = await orders.trpc.orders.cancel.mutate({
      orderId: second.order_id,
      requestId: randomUUID(),
      reason: 'too slow',
    });
    expect(cancelled).toMatchObject({ status: 'cancelled', saga: { status: 'Compensated' } });
    expect(await orders.query('select saga_id from waiting')).toEqual([{ saga_id: third.saga_id }]);
    orders.participants.script = () => 'succeeds';
    await orders.participants.answer(await orders.participants.first('ProcessPayment', first.saga_id));
    await orders.sagaStatus(third.saga_id, 'Completed');
    expect(orders.participants.pathOf(second.saga_id)).toEqual([]);
  });

  test('a saga that asks for attention makes room for others (rule L9)', async () => {
    const orders = await orderSystem({
      MAX_SAGAS_IN_FLIGHT: '1',
      ATTEMPT_TIMEOUT_MS: '200',
      ATTENTION_AFTER_MS: '400',
    });
    orders.participants.script = ({ type }) => (type === 'ConfirmInventory' ? 'silent' : 'succeeds');
    const stuck = await orders.place();
    await orders.participants.first('ConfirmInventory', stuck.saga_id);
    orders.participants.script = ({ sagaId }) => (sagaId === stuck.saga_id ? 'silent' : 'succeeds');
    const other = await orders.place();
    await orders.sagaStatus(other.saga_id, 'Completed');
    expect(await inFlight(orders)).toBe(0);
    orders.participants.script = () => 'succeeds';
    await orders.sagaStatus(stuck.saga_id, 'Completed');
  });

  test('begin no faster than commands may be sent again, while a participant is silent', async () => {
    const orders = await orderSystem({
      MAX_SAGAS_IN_FLIGHT: '40',
      RESENDS_PER_SECOND: '2',
      ATTEMPT_TIMEOUT_MS: '200',
      MAX_ATTEMPT_TIMEOUT_MS: '400',
      ATTENTION_AFTER_MS: '600',
    });
    const { participants } = orders;
    participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
    await Promise.all(Array.from({ length: 120 }, () => orders.place()));
    const begun = () => new Set(participants.of('ProcessPayment').map(({ sagaId }) => sagaId)).size;
    await eventually(async () => begun() === 40 && (await inFlight(orders)) < 40, {
      describe: 'the window opens',
    });
    const begunAt = performance.now();
    await eventually(() => begun() >= 44, { describe: 'four more begin', timeoutMs: 20_000 });
    expect(performance.now() - begunAt).toBeGreaterThan(1_000);
    expect(begun()).toBeLessThan(80);
    participants.script = () => 'succeeds';
    for (const command of participants.of('ProcessPayment')) await participants.answer(command);
    await eventually(() => participants.of('ConfirmInventory').length >= 120, {
      describe: 'all finish when the silence ends',
      timeoutMs: 25_000,
    });
  });
});
