import { eventually } from '@order-saga/testkit';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TurnSql } from '../../src/postgres/session.ts';
import type { Session } from '../../src/session.ts';
import {
  type Deposit,
  type DepositDatabase,
  DepositState,
  depositDatabase,
  openDepositSession,
} from './deposits.ts';

const databases: DepositDatabase[] = [];
const sessions: Session<Deposit, DepositState>[] = [];
let database: DepositDatabase;

beforeEach(async () => {
  database = await depositDatabase();
  databases.push(database);
});

afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await Promise.all(databases.map(({ close }) => close()));
});

let named = 0;
/** A turn of plain statements. */
function turnOf(load: readonly string[], save: readonly string[] = []): TurnSql<Deposit, DepositState> {
  const statement = (text: string) => {
    named += 1;
    return { name: `s${named}`, text };
  };
  return {
    async load(sql) {
      await Promise.all(load.map((text) => sql.rows(statement(text))));
      return new DepositState([], []);
    },
    save: (sql) => save.map((text) => sql.rows(statement(text))),
  };
}

async function open(...statements: Parameters<typeof turnOf>) {
  const session = await openDepositSession(database.url, turnOf(...statements));
  sessions.push(session);
  return session;
}

async function run(session: Session<Deposit, DepositState>): Promise<void> {
  const { state } = await session.load([], false);
  await session.commit(state, []);
}

const lanesLeft = () =>
  database.query(
    `select pid from pg_stat_activity where application_name = 'deposits lane' and datname = current_database()`,
  );
const terminate = () =>
  database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'deposits lane' and datname = current_database()`,
  );
const laneIsGone = () => eventually(async () => (await lanesLeft()).length === 0);

describe('What PostgreSQL answers, and whose fault it is (L7)', () => {
  test.each([
    ['a key that is taken', `insert into accounts values ('A', 1), ('A', 2)`, 'conflict', '23505'],
    ['a balance below zero', `insert into accounts values ('A', -1)`, 'conflict', '23514'],
    ['a number out of range', `insert into accounts values ('A', 3000000000)`, 'message', '22003'],
    ['text that is no uuid', `select 'x'::uuid`, 'message', '22P02'],
    ['a value that must be there', `insert into accounts values ('A', null)`, 'message', '23502'],
    ['a table that is missing', 'select * from nowhere', 'not-committed', '42P01'],
    [
      'a query cancelled by its time limit',
      `set local statement_timeout = 30; select pg_sleep(5)`,
      'not-committed',
      '57014',
    ],
  ])('%s', async (_what, text, kind, sqlState) => {
    const statements = text.split(';');
    const session = await open([], statements);
    await expect(run(session)).rejects.toMatchObject({ kind, sqlState });
    // The connection is good for the next turn.
    await session.rollback();
    await session.probe();
    const loading = await open(statements);
    await expect(run(loading)).rejects.toMatchObject({ kind, sqlState });
    expect(await database.query('select * from accounts')).toEqual([]);
  });

  test('the probe that tells a fault of the store from one of a message says nothing on the terminal', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      await (await open([])).probe();
      expect(said.mock.calls).toEqual([]);
    } finally {
      said.mockRestore();
    }
  });

  test('a lock that is not to be had in time is the fault of whoever holds it: nobody is parked for it', async () => {
    await database.query(`insert into accounts values ('A', 1)`);
    const lock = `select * from accounts where id = 'A' for update`;
    const holder = await open([lock]);
    await holder.load([], false);
    const waiting = await open(['set local lock_timeout = 30', lock]);
    await expect(run(waiting)).rejects.toMatchObject({ kind: 'not-committed', sqlState: '55P03' });
  });

  test('of two that lock each other out one commits, and the other runs again', async () => {
    await database.query(`insert into accounts values ('A', 1), ('B', 1)`);
    const raise = (id: string) => `update accounts set balance = balance + 1 where id = '${id}'`;
    const one = await open([raise('A')], [raise('B')]);
    const other = await open([raise('B')], [raise('A')]);
    const states = await Promise.all([one.load([], false), other.load([], false)]);
    const outcomes = await Promise.allSettled([
      one.commit(states[0].state, []),
      other.commit(states[1].state, []),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { kind: 'conflict', sqlState: '40P01' },
    });
  });
});

describe('A connection that is lost (L8)', () => {
  test.each([
    ['with something to save', [`insert into accounts values ('A', 1)`]],
    ['with nothing to save', []],
  ])('between LOAD and COMMIT, %s: nothing was committed, and that is known', async (_what, save) => {
    const session = await open([], save);
    const { state } = await session.load([], false);
    await terminate();
    await laneIsGone();
    await expect(session.commit(state, [])).rejects.toMatchObject({ kind: 'not-committed' });
    await expect(session.rollback()).rejects.toThrow();
    await session.close();
  });

  test('during COMMIT: the outcome is unknown', async () => {
    await database.query(`
      create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return null; end $$;
      create constraint trigger slow_commit after insert on accounts deferrable initially deferred
        for each row execute function dawdle()`);
    const session = await open([], [`insert into accounts values ('A', 1)`]);
    const committing = run(session);
    const outcome = expect(committing).rejects.toMatchObject({ kind: 'unknown', sqlState: '57P01' });
    await eventually(async () => {
      const rows = await database.query(
        `select from pg_stat_activity where query = 'commit' and state = 'active'`,
      );
      return rows.length === 1;
    });
    await terminate();
    await outcome;
  });

  test('between turns: noticed at the next use, without ending the process', async () => {
    const session = await open([]);
    await run(session);
    await terminate();
    await laneIsGone();
    await expect(session.load([], false)).rejects.toMatchObject({ kind: 'not-committed' });
    await session.close();
  });

  test('while a turn waits for its process too long: the row it holds is free again', async () => {
    await database.query(`insert into accounts values ('A', 1)`);
    const session = await open([
      'set local idle_in_transaction_session_timeout = 30',
      `select * from accounts where id = 'A' for update`,
    ]);
    const { state } = await session.load([], false);
    await laneIsGone();
    await database.query(`update accounts set balance = 2 where id = 'A'`);
    await expect(session.commit(state, [])).rejects.toMatchObject({
      kind: 'not-committed',
      sqlState: '25P03',
    });
  });

  test('where there is no server: not committed, and worth another try', async () => {
    await expect(openDepositSession('postgresql://127.0.0.1:1/none')).rejects.toMatchObject({
      kind: 'not-committed',
      sqlState: 'ECONNREFUSED',
    });
  });
});
