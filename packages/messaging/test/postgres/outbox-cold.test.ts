import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outboxClaims, outboxQueries } from '../../src/postgres/outbox-cold.ts';
import { type DepositDatabase, depositDatabase, openMessagingOrm } from './deposits.ts';

let database: DepositDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await depositDatabase();
  orm = openMessagingOrm(database.url);
});
beforeEach(() => database.query('truncate outbox_events'));
afterAll(async () => {
  await orm.close();
  await database.close();
});

/** Rows `first` to `last`, the lowest the oldest. */
const storeRows = (first: number, last: number) =>
  database.query(
    `insert into outbox_events (id, gen, topic, key, type, value, headers, created_at)
     select gen_random_uuid(), gen_random_uuid(), 't', 'k', 'Noted', n::text, '{"a":"1"}',
       clock_timestamp() - interval '1 hour' + n * interval '1 second'
     from generate_series($1::int, $2::int) as n order by random()`,
    [first, last],
  );
const values = (rows: readonly { readonly value: string }[]) => rows.map(({ value }) => Number(value));
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('Claiming outbox rows (O2)', () => {
  test('takes the oldest first, as many as asked for and no more', async () => {
    await storeRows(1, 100);
    const { claim } = outboxClaims(orm);
    expect(values(await claim({ olderThanMs: 0, limit: 30 }))).toEqual(numbers(1, 30));
    expect(
      await database.query(
        'select count(*)::int as claimed from outbox_events where claimed_until is not null',
      ),
    ).toEqual([{ claimed: 30 }]);
    expect(values(await claim({ olderThanMs: 0, limit: 30 }))).toEqual(numbers(31, 60));
  });

  test('seed defect 61: two sweepers at once never get the same row', async () => {
    await storeRows(1, 400);
    const other = openMessagingOrm(database.url);
    const claims = [outboxClaims(orm), outboxClaims(other)];
    const pages = await Promise.all(
      numbers(1, 8).map((n) => claims[n % 2]?.claim({ olderThanMs: 0, limit: 50 }) ?? []),
    );
    await other.close();
    const claimed = values(pages.flat());
    expect(new Set(claimed).size).toBe(claimed.length);
  });

  test('a row that another transaction holds is skipped, not waited for', async () => {
    await storeRows(1, 2);
    await orm.em.transactional(async (em) => {
      await em.execute(`delete from outbox_events where value = '1'`);
      expect(values(await outboxClaims(orm).claim({ olderThanMs: 0, limit: 10 }))).toEqual([2]);
    });
  });

  test('leaves young rows to whoever committed them, and takes those of a claimer that died', async () => {
    await storeRows(1, 1);
    await database.query(`update outbox_events set created_at = clock_timestamp()`);
    const { claim } = outboxClaims(orm);
    expect(await claim({ olderThanMs: 60_000, limit: 10 })).toEqual([]);
    expect(values(await claim({ olderThanMs: 0, limit: 10 }))).toEqual([1]);
    expect(await claim({ olderThanMs: 0, limit: 10 })).toEqual([]);
    await database.query(`update outbox_events set claimed_until = clock_timestamp() - interval '1 second'`);
    expect(await claim({ olderThanMs: 0, limit: 10 })).toMatchObject([
      { topic: 't', key: 'k', headers: { a: '1' } },
    ]);
  });

  test('the outbox tells its length and the age of its oldest row', async () => {
    const { stats } = outboxQueries(orm);
    expect(await stats()).toEqual({ rows: 0, oldestAgeMs: null });
    await storeRows(1, 3);
    const { rows, oldestAgeMs } = await stats();
    expect(rows).toBe(3);
    expect(oldestAgeMs).toBeGreaterThan(3_500_000);
  });
});

test('entities and migration tables agree', async () => {
  await database.query('drop table accounts');
  expect((await orm.schema.getUpdateSchemaSQL({ wrap: false })).trim()).toBe('');
  await database.query('alter table dead_letters drop column attempts');
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toContain('attempts');
});
