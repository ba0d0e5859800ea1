import { silentLog } from '@order-saga/service-kit';
import { migrate, schemaDrift } from '@order-saga/service-kit/database';
import { createDatabase, eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { openOrdersDatabase } from '../src/index.ts';
import { query } from './system/at-rest.ts';
import { orderDatabase, startOrders } from './system/order-system.ts';

test('entities and migrations describe one schema', async () => {
  const orm = openOrdersDatabase(await orderDatabase(), silentLog);
  try {
    expect(await schemaDrift(orm)).toBe('');
    await orm.em.fork().execute('alter table orders add column planted int');
    expect(await schemaDrift(orm)).toMatch(/drop column "planted"/);
  } finally {
    await orm.close();
  }
});

test('twenty processes may migrate at once', async () => {
  const { url } = await createDatabase('orders_migrated');
  const migrateOnce = async () => {
    const orm = openOrdersDatabase(url, silentLog);
    await migrate(orm, silentLog).finally(() => orm.close());
  };
  await Promise.all(Array.from({ length: 20 }, migrateOnce));
  expect(await query(url, 'select count(*)::int as n from resend_budget')).toEqual([{ n: 1 }]);
});

test('seed defect 38: a status that nobody knows cannot be stored', async () => {
  const url = await orderDatabase();
  const saga = (
    status: string,
  ) => `insert into saga_transactions (id, order_id, customer_id, definition, context, status,
      current_step, direction, steps, admitted, seq, rev, wake_at, created_at, updated_at)
    values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'place-order@1', '{}', '${status}',
      0, 'forward', '[]', true, 1, 1, now(), now(), now())`;
  const order = (
    status: string,
  ) => `insert into orders (id, saga_id, customer_id, lines, total_minor, currency,
      payment_method, status, origin)
    values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '[]', 1, 'USD', 'credit_card', '${status}', 'ours')`;
  await query(url, saga('Started'));
  await query(url, order('created'));
  await expect(query(url, saga('Stuck'))).rejects.toMatchObject({ code: '23514' });
  await expect(query(url, order('lost'))).rejects.toMatchObject({ code: '23514' });
});

test('no index of saga_transactions names a column that a transition changes (rule E5)', async () => {
  const url = await orderDatabase();
  const indexes = await query<{ indexdef: string }>(
    url,
    "select indexdef from pg_indexes where tablename = 'saga_transactions' order by indexname",
  );
  expect(indexes.map(({ indexdef }) => /using btree (.*)/i.exec(indexdef)?.[1])).toEqual([
    '(created_at, id) WHERE (attention IS NOT NULL)',
    '(created_at, id)',
    '(customer_id, created_at, id)',
    '(order_id)',
    '(id)',
  ]);
});

test('every update of a saga that asks for no attention is a HOT one (rule E5)', async () => {
  const orders = await startOrders();
  const placed = await Promise.all(Array.from({ length: 10 }, () => orders.place()));
  for (const { saga_id } of placed) await orders.sagaStatus(saga_id, 'Completed');
  await orders.stop();
  // A session's counts are told at its end, or a moment later.
  await eventually(async () => {
    const [updates] = await orders.query<{ all: number; hot: number }>(
      `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables
       where relname = 'saga_transactions'`,
    );
    expect(updates?.all).toBeGreaterThanOrEqual(30);
    expect(updates?.hot).toBe(updates?.all);
  });
});
