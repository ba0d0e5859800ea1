import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deadLetter, FORGED_LETTERS_KEPT, forgedLetter } from '../../src/dead-letters.ts';
import { deadLetterStore, operations, outboxClaims } from '../../src/postgres/cold.ts';
import { type DepositDatabase, depositDatabase, openMessagingOrm } from './deposits.ts';

let database: DepositDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await depositDatabase();
  orm = openMessagingOrm(database.url);
});
beforeEach(() => database.query('truncate outbox_events, dead_letters'));
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
    const { stats } = operations(orm).outbox;
    expect(await stats()).toEqual({ rows: 0, oldestAgeMs: null });
    await storeRows(1, 3);
    const { rows, oldestAgeMs } = await stats();
    expect(rows).toBe(3);
    expect(oldestAgeMs).toBeGreaterThan(3_500_000);
  });
});

describe('Dead letters (O6)', () => {
  const fault = { cause: 'NOT_JSON', detail: 'no', attempts: 1 };
  const letter = (value: string | Buffer, more = {}) =>
    deadLetter({ topic: 't', key: 'k', value: Buffer.from(value), headers: {}, ...more }, fault);

  test('the same message again counts up, and keeps when it was first seen', async () => {
    const { park } = deadLetterStore(orm);
    const { byId } = operations(orm).deadLetters;
    await park(letter('a'));
    const first = await byId(letter('a').id);
    await park({ ...letter('a'), fault: { ...fault, cause: 'UNKNOWN_SHAPE' } });
    expect(await byId(letter('a').id)).toMatchObject({
      count: 2,
      cause: 'UNKNOWN_SHAPE',
      firstAt: first?.firstAt,
    });
    expect(await byId('unknown')).toBeNull();
  });

  test('whatever a message holds, parking it does not fail, and its bytes come back', async () => {
    const bytes = Buffer.from([0, 255, 0x27, 0x5c]);
    const nasty = `'; drop table dead_letters; -- ? ?? $1 \\ \\' E'\\x' "\u0000 \ud800`;
    const { park } = deadLetterStore(orm);
    const { byId } = operations(orm).deadLetters;
    const binary = deadLetter(
      { topic: nasty.replaceAll('\u0000', ''), key: nasty, value: bytes, headers: { [nasty]: bytes } },
      { cause: nasty, detail: nasty.repeat(100), attempts: 3 },
    );
    await park(binary);
    const stored = await byId(binary.id);
    expect(stored?.value).toEqual({ encoding: 'base64', data: bytes.toString('base64') });
    expect(stored?.key).toBe(nasty.replaceAll('\u0000', '\uFFFD').toWellFormed());

    const empty = deadLetter({ topic: 't', key: null, value: null, headers: {} }, fault);
    await park(empty);
    expect(await byId(empty.id)).toMatchObject({ key: null, value: null });
  });

  test('of forged messages so many are kept and no more, until somebody has looked', async () => {
    const { parkForged } = deadLetterStore(orm);
    const forged = (value: string) =>
      forgedLetter(
        { topic: 't', key: 'k', value: Buffer.from(value), headers: {} },
        { cause: 'UNSIGNED', detail: '' },
      );
    await database.query(
      `insert into dead_letters (id, topic, headers, cause, detail, attempts)
       select n::text, 't', '{}', 'BAD_SIGNATURE', '', 1 from generate_series(1, $1) n`,
      [FORGED_LETTERS_KEPT - 1],
    );
    expect(await parkForged(forged('the last one'))).toBe(true);
    expect(await parkForged(forged('one too many'))).toBe(false);
    await deadLetterStore(orm).park(letter('a message of ours'));
    expect(await operations(orm).deadLetters.byId(letter('a message of ours').id)).not.toBeNull();
  });

  test('the list goes from the latest to the first, page by page, each once', async () => {
    const { park } = deadLetterStore(orm);
    for (const n of numbers(1, 7)) await park(letter(`letter ${n}`));
    // All at one instant but the last.
    await database.query(`update dead_letters set last_at = timestamptz '2026-01-01' where id <> $1`, [
      letter('letter 7').id,
    ]);
    const { list } = operations(orm).deadLetters;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 3, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
    expect((await list({ limit: 1, cursor: null })).items).toMatchObject([{ id: letter('letter 7').id }]);
  });
});

test('entities and migration tables agree', async () => {
  await database.query('drop table accounts');
  expect((await orm.schema.getUpdateSchemaSQL({ wrap: false })).trim()).toBe('');
  await database.query('alter table dead_letters drop column attempts');
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toContain('attempts');
});
