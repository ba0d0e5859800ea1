import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, type OrderSystem, startOrders } from './system/order-system.ts';
import type { RemoteCommand } from './system/scripted-participants.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders({ env: { ATTEMPT_TIMEOUT_MS: '2000' } });
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const cancel = (orderId: string, requestId: string = randomUUID(), reason = 'changed my mind') =>
  orders.trpc.orders.cancel.mutate({ orderId, requestId, reason });
const silentAt = (type: RemoteCommand['type']) => {
  orders.participants.script = (command) => (command.type === type ? 'silent' : 'succeeds');
};
/** An order whose saga waits for the answer to this command. */
async function stuckAt(type: RemoteCommand['type']) {
  silentAt(type);
  const placed = await orders.place();
  const command = await orders.participants.first(type, placed.saga_id);
  return { ...placed, command };
}

describe('a cancel', () => {
  test('before the pivot undoes what is outstanding first, then the rest, and answers when that is decided', async () => {
    const placed = await stuckAt('ReserveInventory');
    const answered = await cancel(placed.order_id);
    expect(answered).toMatchObject({
      failure: { code: 'CANCELLED_BY_CUSTOMER', message: 'changed my mind' },
      saga: { status: 'Compensating' },
    });
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'cancelled' });
    expect(orders.participants.pathOf(placed.saga_id)).toEqual([
      'ProcessPayment',
      'ReserveInventory',
      'CompensateInventory',
      'CompensatePayment',
    ]);
  });

  test('that crosses the answer of the outstanding command undoes it all the same; the late answer changes nothing', async () => {
    const placed = await stuckAt('ProcessPayment');
    // Should the answer win, the saga must not be past its pivot before the cancel comes.
    orders.participants.script = ({ type }) => (type === 'ReserveInventory' ? 'silent' : 'succeeds');
    const [answered] = await Promise.all([
      cancel(placed.order_id),
      orders.participants.answer(placed.command),
    ]);
    expect(['Compensating', 'Compensated']).toContain(answered.saga?.status);
    await orders.sagaStatus(placed.saga_id, 'Compensated');
    expect(orders.participants.of('CompensatePayment', placed.saga_id)).toHaveLength(1);
  });

  test('past the pivot is refused, and stays refused under the same request', async () => {
    const placed = await stuckAt('ConfirmInventory');
    const requestId = randomUUID();
    const refused = { data: { reason: 'PAST_PIVOT', code: 'PRECONDITION_FAILED' } };
    await expect(cancel(placed.order_id, requestId)).rejects.toMatchObject(refused);
    await orders.participants.answer(placed.command);
    await orders.sagaStatus(placed.saga_id, 'Completed');
    await expect(cancel(placed.order_id, requestId)).rejects.toMatchObject(refused);
    await expect(cancel(placed.order_id)).rejects.toMatchObject(refused);
    expect((await orders.order(placed.order_id)).status).toBe('approved');
  });

  test('repeated under the same request gets the same answer with the order as it is by then', async () => {
    const placed = await stuckAt('ProcessPayment');
    const requestId = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => cancel(placed.order_id, requestId)));
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([placed.order_id]));
    await orders.sagaStatus(placed.saga_id, 'Compensated');
    expect((await cancel(placed.order_id, requestId)).status).toBe('cancelled');
    const history = await orders.historyOf(placed.saga_id);
    expect(history.filter((entry) => entry === 'CancelRequested')).toHaveLength(1);
  });

  test('under the request id of another order is a conflict, and cancels nothing', async () => {
    const first = await stuckAt('ProcessPayment');
    const second = await stuckAt('ProcessPayment');
    const requestId = randomUUID();
    await cancel(first.order_id, requestId);
    await expect(cancel(second.order_id, requestId)).rejects.toMatchObject({
      data: { reason: 'IDEMPOTENCY_KEY_REUSED', field: 'requestId' },
    });
    expect((await orders.order(second.order_id, '0s')).status).toBe('created');
    orders.participants.script = () => 'succeeds';
    await orders.participants.answer(second.command);
    await orders.sagaStatus(second.saga_id, 'Completed');
    await orders.sagaStatus(first.saga_id, 'Compensated');
  });

  test('of an unknown order is NOT_FOUND; a reason that cannot be stored is refused at the door', async () => {
    await expect(cancel(CUP)).rejects.toMatchObject({ data: { reason: 'NOT_FOUND' } });
    const placed = await stuckAt('ProcessPayment');
    for (const reason of ['', 'a\u0000b', '\ud800', 'x'.repeat(501)]) {
      await expect(cancel(placed.order_id, randomUUID(), reason)).rejects.toMatchObject({
        data: { code: 'BAD_REQUEST' },
      });
    }
    await cancel(placed.order_id);
    await orders.sagaStatus(placed.saga_id, 'Compensated');
  });

  test('at any moment is either accepted, and the order ends cancelled, or refused, and it ends approved', async () => {
    orders.participants.script = () => 'succeeds';
    const tell = async (n: number) => {
      const placed = await orders.place();
      for (let turn = 0; turn < n % 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const answer = await cancel(placed.order_id).then(
        () => 'cancelled',
        (error) => (error.data?.reason === 'PAST_PIVOT' ? 'approved' : error),
      );
      const end = await orders.order(placed.order_id);
      await orders.sagaStatus(placed.saga_id, answer === 'cancelled' ? 'Compensated' : 'Completed');
      return [answer, end.status];
    };
    const told = await Promise.all(Array.from({ length: 60 }, (_, n) => tell(n)));
    for (const [answer, end] of told) expect(end).toBe(answer);
    const paid = new Set(orders.participants.of('ProcessPayment').map(({ sagaId }) => sagaId));
    const undone = new Set(orders.participants.of('CompensatePayment').map(({ sagaId }) => sagaId));
    for (const sagaId of undone) expect(paid).toContain(sagaId);
  });
});
