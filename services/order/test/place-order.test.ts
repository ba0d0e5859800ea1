import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CUP,
  CUSTOMER,
  headersOf,
  listenTo,
  type OrderSystem,
  SEED_ORDER,
  startOrders,
} from './system/order-system.ts';
import type { RemoteCommand } from './system/scripted-participants.ts';

describe.each(['local', 'kafka'] as const)('with the order participant %s, an order', (placement) => {
  let orders: OrderSystem;
  let events: Record<string, unknown>[];
  beforeAll(async () => {
    orders = await startOrders({ env: { ORDER_PARTICIPANT: placement } });
    events = await listenTo(orders.broker, 'orderEvents');
  });
  afterAll(async () => {
    await orders.atRest();
    await orders.stop();
  });
  const failing = (type: RemoteCommand['type'], code: string) => {
    orders.participants.script = (command) => (command.type === type ? { fails: code } : 'succeeds');
  };

  test("of the seed's curl line ends approved, its stock confirmed", async () => {
    orders.participants.script = () => 'succeeds';
    const placed = await orders.place();
    expect(placed).toEqual({
      order_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      saga_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'started',
      message: 'Order saga transaction has been initiated',
    });
    expect(await orders.order(placed.order_id)).toMatchObject({
      status: 'approved',
      failure_reason: null,
      failure_code: null,
      items: [{ product_id: CUP, quantity: 2 }],
      total_amount: '99.99',
      currency: 'USD',
    });
    await orders.sagaStatus(placed.saga_id, 'Completed');
    expect(orders.participants.pathOf(placed.saga_id)).toEqual([
      'ProcessPayment',
      'ReserveInventory',
      'ConfirmInventory',
    ]);
    expect(await orders.historyOf(placed.saga_id)).toEqual([
      'SagaStarted',
      'StepCompleted CreateOrder',
      'StepCompleted ProcessPayment',
      'StepCompleted ReserveInventory',
      'StepCompleted ApproveOrder',
      'StepCompleted ConfirmInventory',
    ]);
  });

  test('seed defect 41: whose payment is declined ends cancelled, with the reason, also in its history', async () => {
    failing('ProcessPayment', 'CARD_DECLINED');
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({
      status: 'cancelled',
      failure_code: 'CARD_DECLINED',
      failure_reason: 'CARD_DECLINED, in words',
    });
    expect(orders.participants.pathOf(placed.saga_id)).toEqual(['ProcessPayment']);
    await orders.sagaStatus(placed.saga_id, 'Compensated');
    const history = await orders.trpc.sagas.history.query({ sagaId: placed.saga_id });
    expect(history.find(({ kind }) => kind === 'StepRejected')).toMatchObject({
      step: 'ProcessPayment',
      failure: { code: 'CARD_DECLINED', message: 'CARD_DECLINED, in words' },
    });
  });

  test('whose stock is short is refunded and cancelled, undone in reverse', async () => {
    failing('ReserveInventory', 'INSUFFICIENT_INVENTORY');
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'cancelled' });
    expect(orders.participants.pathOf(placed.saga_id)).toEqual([
      'ProcessPayment',
      'ReserveInventory',
      'CompensatePayment',
    ]);
    expect(await orders.historyOf(placed.saga_id)).toEqual([
      'SagaStarted',
      'StepCompleted CreateOrder',
      'StepCompleted ProcessPayment',
      'StepRejected ReserveInventory',
      'StepUndone ProcessPayment',
      'StepUndone CreateOrder',
    ]);
  });

  test('seed defect 13: tells on order-events how it ended, each version once and in order', async () => {
    orders.participants.script = () => 'succeeds';
    const approved = await orders.place();
    await orders.sagaStatus(approved.saga_id, 'Completed');
    failing('ProcessPayment', 'CARD_DECLINED');
    const cancelled = await orders.place();
    await orders.sagaStatus(cancelled.saga_id, 'Compensated');
    await orders.atRest();
    const of = (orderId: string) => events.filter((event) => event.order_id === orderId);
    const versions = (orderId: string) =>
      of(orderId).flatMap((event) => (event.transitions as { seq: number }[]).map(({ seq }) => seq));
    expect(versions(approved.order_id)).toEqual([1, 2, 3, 4, 5, 6]);
    const types = (orderId: string) => of(orderId).map((event) => event.event_type);
    expect(types(approved.order_id).filter((type) => type !== 'SagaProgressed')).toEqual([
      'OrderCreated',
      'OrderApproved',
    ]);
    expect(types(cancelled.order_id).filter((type) => type !== 'SagaProgressed')).toEqual([
      'OrderCreated',
      'OrderCancelled',
    ]);
    expect(of(approved.order_id)[0]).toMatchObject({
      customer_id: CUSTOMER,
      quantity: 2,
      total_amount: 99.99,
    });
  });

  test('seed defect 35: whose undo is answered with Compensated is undone', async () => {
    orders.participants.script = ({ type }) => {
      if (type === 'ReserveInventory') return { fails: 'INSUFFICIENT_INVENTORY' };
      return type === 'CompensatePayment' ? { answers: { status: 'Compensated' } } : 'succeeds';
    };
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'cancelled' });
    expect(await orders.historyOf(placed.saga_id)).toContain('StepUndone ProcessPayment');
  });

  test('seed defect 60: says when it last changed', async () => {
    orders.participants.script = () => 'succeeds';
    const { order_id: id, saga_id } = await orders.place();
    await orders.sagaStatus(saga_id, 'Completed');
    for (const [table, key] of [
      ['orders', id],
      ['saga_transactions', saga_id],
    ]) {
      const [row] = await orders.query(
        `select updated_at > created_at as moved from ${table} where id = $1`,
        [key],
      );
      expect(row, table).toEqual({ moved: true });
    }
  });

  test('seed defect 62: is told in messages that have an id, a type and a time of their own', async () => {
    orders.participants.script = () => 'succeeds';
    const headers = await headersOf(orders.broker, 'orderEvents');
    const { saga_id } = await orders.place();
    await orders.sagaStatus(saga_id, 'Completed');
    await orders.atRest();
    const told = headers.filter(({ ce_correlationid }) => ce_correlationid === saga_id);
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(({ ce_id }) => ce_id)).size).toBe(told.length);
    for (const each of told) {
      expect(each.ce_type).toMatch(/^(Order|Saga)[A-Z]\w+$/);
      expect(new Date(each.ce_time ?? '').getTime()).toBeGreaterThan(0);
    }
  });

  test('seed defects 19 to 22: late and repeated replies change nothing of what has ended', async () => {
    failing('ReserveInventory', 'INSUFFICIENT_INVENTORY');
    const cancelled = await orders.place();
    await orders.sagaStatus(cancelled.saga_id, 'Compensated');
    orders.participants.script = () => 'succeeds';
    const approved = await orders.place();
    await orders.sagaStatus(approved.saga_id, 'Completed');
    const before = [await orders.order(cancelled.order_id), await orders.order(approved.order_id)];
    for (const command of orders.participants.received) {
      await orders.participants.answer(command);
      await orders.participants.answer(command, { status: 'Failed', result: null, error: 'late' });
    }
    const next = await orders.place();
    await orders.sagaStatus(next.saga_id, 'Completed');
    expect([await orders.order(cancelled.order_id), await orders.order(approved.order_id)]).toEqual(before);
    const metrics = await (await fetch(`${orders.url}/metrics`)).text();
    expect(metrics).toMatch(/order_saga_ignored_messages_total\{.*cause="saga-is-over"/);
  });

  test('seed defect 49: carries its amount in whole cents from the door to the payment', async () => {
    const placed = await orders.place({ ...SEED_ORDER, total_amount: 0.99 });
    await orders.sagaStatus(placed.saga_id, 'Completed');
    expect(orders.participants.of('ProcessPayment', placed.saga_id)[0]?.payload).toMatchObject({
      amount: { minor: 99, currency: 'USD' },
    });
    const [row] = await orders.query('select total_minor, currency from orders where id = $1', [
      placed.order_id,
    ]);
    expect(row).toEqual({ total_minor: '99', currency: 'USD' });
  });
});
