import { createDatabase } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connection } from '../../src/postgres/connection.ts';

let connection: Connection;

beforeAll(async () => {
  connection = await Connection.open((await createDatabase('values')).url, 'values test');
});
afterAll(() => connection.close());

describe('A value arrives in PostgreSQL as it was', () => {
  test.each([
    ['quotes', 'say "no"'],
    ['backslashes', 'a\\b\\\\"c"\\'],
    ['braces and commas', '{a,b},c'],
    ['nothing', ''],
    ['the word for nothing', 'NULL'],
    ['JSON', JSON.stringify({ a: '"\\\n', b: [1, null] })],
    ['other scripts', 'naïve 東京 🙂'],
    ['white space', ' a\tb\r\nc '],
  ])('%s', async (_what, text) => {
    const statement = { name: 'echo', text: 'select $1::text as alone, $2::text[] as among' };
    const [row] = await connection.within(
      5_000,
      connection.rows<{ alone: string; among: (string | null)[] }>(statement, [
        text,
        ['x', text, null, text],
      ]),
    );
    expect(row).toEqual({ alone: text, among: ['x', text, null, text] });
  });

  test('numbers, truth and nothing', async () => {
    const statement = {
      name: 'plain',
      text: 'select $1::int[] as ints, $2::bool[] as bools, $3::float8 as real, $4::text as none, $5::bigint[] as none_of_many',
    };
    const values = [[1, null, -3], [true, false], 0.5, null, []];
    const [row] = await connection.within(5_000, connection.rows(statement, values));
    expect(row).toEqual({
      ints: [1, null, -3],
      bools: [true, false],
      real: 0.5,
      none: null,
      none_of_many: [],
    });
  });
});

describe('Statements that travel together', () => {
  const one = { name: 'one', text: 'select 1 as n' };
  const broken = { name: 'broken', text: 'select 1/(n-1) from (select $1::int as n) t' };

  test('are answered each with its own rows', async () => {
    const answers = Promise.all([connection.rows(one), connection.rows(broken, [2]), connection.rows(one)]);
    expect(await connection.within(5_000, answers)).toEqual([[{ n: 1 }], [{ '?column?': 1 }], [{ n: 1 }]]);
  });

  test('behind one that fails are skipped, and say why; the connection goes on', async () => {
    const answers = Promise.allSettled([
      connection.command('begin'),
      connection.rows(broken, [1]),
      connection.rows(one),
      connection.command('commit'),
    ]);
    const settled = await connection.within(5_000, answers);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(settled[3]).toMatchObject({ reason: { code: '22012' } });
    await connection.within(5_000, connection.command('rollback'));
    expect(await connection.within(5_000, connection.rows(broken, [3]))).toEqual([{ '?column?': 0 }]);
  });

  test('one whose first values were refused answers its rows all the same when they are right', async () => {
    const byId = { name: 'by-id', text: 'select $1::uuid as id' };
    const id = '11111111-1111-1111-1111-111111111111';
    await expect(connection.within(5_000, connection.rows(byId, ['no uuid']))).rejects.toMatchObject({
      code: '22P02',
    });
    expect(await connection.within(5_000, connection.rows(byId, [id]))).toEqual([{ id }]);
  });

  test('one that PostgreSQL cannot parse is parsed again when it is asked for again', async () => {
    const lost = { name: 'lost', text: 'select * from not_there_yet' };
    await expect(connection.within(5_000, connection.rows(lost))).rejects.toMatchObject({ code: '42P01' });
    await connection.within(
      5_000,
      connection.rows({ name: 'make', text: 'create table not_there_yet (n int)' }),
    );
    expect(await connection.within(5_000, connection.rows(lost))).toEqual([]);
  });
});
