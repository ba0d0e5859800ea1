import { silentLog } from '@order-saga/service-kit';
import { schemaDrift } from '@order-saga/service-kit/database';
import { expect, test } from 'vitest';
import { openPaymentsDatabase } from '../src/schema/index.ts';
import { paymentsDatabase, Sql } from './participant.ts';

test('entities and migration describe the same tables, and a planted difference is reported', async () => {
  const database = await paymentsDatabase();
  const orm = openPaymentsDatabase(database.url, silentLog);
  expect(await schemaDrift(orm)).toBe('');

  const sql = new Sql(database);
  await sql.rows('drop index payments_lease_until_index');
  expect(await schemaDrift(orm)).toContain('payments_lease_until_index');
  await sql.close();
  await orm.close();
});
