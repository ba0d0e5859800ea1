import { TOPICS } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { anOrder, compensatePayment, disagreements, processPayment } from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();

test('poison is parked with its cause, and the rest of its batch is unharmed', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const orders = Array.from({ length: 20 }, () => anOrder());
  const actions = orders.map((order) => processPayment(order));
  const reused = { ...processPayment(anOrder()), idempotency_key: actions[0]?.idempotency_key ?? '' };
  const wrongRefund = compensatePayment({ ...anOrder(), paymentId: anOrder().paymentId });
  const nul = processPayment({ ...anOrder(), method: 'credit\u0000card' });
  await orchestrator.send(...actions.slice(0, 10), wrongRefund, nul, ...actions.slice(10));
  await orchestrator.broker.publish(
    ['not json', '{"id":1}', '', JSON.stringify({ ...actions[0], command_type: 'ReserveInventory' })].map(
      (value) => ({ topic: TOPICS.paymentCommands.name, key: 'poison', value, headers: {} }),
    ),
  );
  for (const action of actions) expect((await orchestrator.replyTo(action)).status).toBe('Success');
  await orchestrator.send(reused);
  const causes = await eventually(async () => {
    const rows = await sql.rows<{ cause: string }>('select cause from dead_letters order by cause');
    expect(rows).toHaveLength(7);
    return rows.map(({ cause }) => cause);
  });
  expect(causes).toEqual([
    'IDEMPOTENCY_KEY_OF_ANOTHER_COMMAND',
    'NOT_JSON',
    'NOT_JSON',
    'UNKNOWN_SHAPE',
    'UNKNOWN_SHAPE',
    'UNKNOWN_SHAPE',
    'WRONG_PAYMENT',
  ]);
});

test('a saga that names two orders charges the first; the second is parked alone', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder();
  const second = { ...anOrder(), sagaId: order.sagaId };
  const [action, other, innocent] = [
    processPayment(order),
    processPayment(second, 1),
    processPayment(anOrder()),
  ];
  await orchestrator.send(action, other, innocent);
  expect((await orchestrator.replyTo(innocent)).status).toBe('Success');
  const letters = await eventually(async () => {
    const rows = await sql.rows<{ cause: string }>('select cause from dead_letters');
    expect(rows).toHaveLength(1);
    return rows;
  });
  expect(letters.map(({ cause }) => cause)).toEqual(['SAGA_OF_ANOTHER_ORDER']);
  expect(await sql.ledger(order)).toEqual(['charge 9999']);
});

test('connections that PostgreSQL terminates lose nothing: every command is answered, every charge made once', async () => {
  const { orchestrator, sql } = system;
  await system.start({ env: { LEASE_MS: '500' } });
  const orders = Array.from({ length: 300 }, (_, index) =>
    anOrder(index % 10 === 0 ? 'test_decline' : 'test_approve'),
  );
  const actions = orders.map((order) => processPayment(order));
  const undone = orders.filter((_, index) => index % 3 === 0);
  const undos = undone.map((order) => compensatePayment(order));
  for (let round = 0; round < 6; round++) {
    await orchestrator.send(...actions.slice(round * 50, round * 50 + 50));
    await sql.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'payment%'`,
    );
    await orchestrator.send(...undos.slice(round * 17, round * 17 + 17));
  }
  for (const action of actions) await orchestrator.replyTo(action);
  for (const undo of undos) expect((await orchestrator.replyTo(undo)).status).toBe('Success');

  await eventually(async () => {
    const [left] = await sql.rows<{ n: string }>(
      `select (select count(*) from payments where status = 'pending') + (select count(*) from outbox_events) as n`,
    );
    return left?.n === '0';
  });
  expect(await disagreements(sql)).toEqual([]);
  expect(await sql.rows('select * from dead_letters')).toEqual([]);
  const refunded = await sql.rows(
    `select order_id from payments where order_id = any($1::uuid[]) and captured_minor <> refunded_minor`,
    [undone.map(({ orderId }) => orderId)],
  );
  expect(refunded).toEqual([]);
});
