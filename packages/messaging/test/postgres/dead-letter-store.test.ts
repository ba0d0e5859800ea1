import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deadLetter, FORGED_LETTERS_KEPT, forgedLetter } from '../../src/dead-letters.ts';
import { deadLetterQueries } from '../../src/postgres/dead-letter-queries.ts';
import { deadLetterStore } from '../../src/postgres/dead-letter-store.ts';
import { type DepositDatabase, depositDatabase, openMessagingOrm } from './deposits.ts';

let database: DepositDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await depositDatabase();
  orm = openMessagingOrm(database.url);
});
beforeEach(() => database.query('truncate dead_letters, dead_letter_actions'));
afterAll(async () => {
  await orm.close();
  await database.close();
});

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('Dead letters (O6)', () => {
  const fault = { cause: 'NOT_JSON', detail: 'no', attempts: 1 };
  const letter = (value: string | Buffer, more = {}) =>
    deadLetter({ topic: 't', key: 'k', value: Buffer.from(value), headers: {}, ...more }, fault);

  test('the same message again counts up, and keeps when it was first seen', async () => {
    const { park } = deadLetterStore(orm);
    const { byId } = deadLetterQueries(orm);
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
    const { byId } = deadLetterQueries(orm);
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
    expect(await deadLetterQueries(orm).byId(letter('a message of ours').id)).not.toBeNull();
  });

  test('the list goes from the latest to the first, page by page, each once', async () => {
    const { park } = deadLetterStore(orm);
    for (const n of numbers(1, 7)) await park(letter(`letter ${n}`));
    // All at one instant but the last.
    await database.query(`update dead_letters set last_at = timestamptz '2026-01-01' where id <> $1`, [
      letter('letter 7').id,
    ]);
    const { list } = deadLetterQueries(orm);
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
