import { silentLog } from '@order-saga/service-kit';
import { uniqueName } from '@order-saga/testkit';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { ensureRolesAndDatabases } from '../src/index.ts';

const adminUrl = inject('postgresAdminUrl');

function urlFor(role: string, password: string, database: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.toString();
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const made = (stem: string) => ({ name: uniqueName(stem), password: `secret of ${stem}` });

test('seed defect 73: a role owns its database, and may connect to no other', async () => {
  const [orders, payments] = [made('orders'), made('payments')];
  await ensureRolesAndDatabases(adminUrl, [orders, payments], silentLog);

  const own = urlFor(orders.name, orders.password, orders.name);
  await expect(ask(own, 'create table t (id int)')).resolves.toEqual([]);
  await expect(ask(urlFor(orders.name, orders.password, payments.name), 'select 1')).rejects.toThrow(
    'permission denied for database',
  );
  expect(
    await ask(own, 'select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = user'),
  ).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
});

test('running it again keeps the data and sets the password that is given now', async () => {
  const orders = made('orders');
  await ensureRolesAndDatabases(adminUrl, [orders], silentLog);
  await ask(urlFor(orders.name, orders.password, orders.name), 'create table kept (id int)');

  await ensureRolesAndDatabases(adminUrl, [{ ...orders, password: "another's $ecret" }], silentLog);
  await expect(ask(urlFor(orders.name, orders.password, orders.name), 'select 1')).rejects.toThrow(
    'password authentication failed',
  );
  await expect(
    ask(urlFor(orders.name, "another's $ecret", orders.name), 'select * from kept'),
  ).resolves.toEqual([]);
});

test('five jobs at once make each database once', async () => {
  const orders = made('orders');
  await Promise.all(Array.from({ length: 5 }, () => ensureRolesAndDatabases(adminUrl, [orders], silentLog)));
  const url = urlFor(orders.name, orders.password, orders.name);
  await expect(ask(url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});
