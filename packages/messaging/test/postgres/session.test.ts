import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/session.ts';
import {
  type Deposit,
  type DepositDatabase,
  type DepositState,
  deposit,
  depositDatabase,
  depositDecider,
  depositSql,
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

async function open(turnSql: Partial<typeof depositSql> = {}): Promise<Session<Deposit, DepositState>> {
  const session = await openDepositSession(database.url, turnSql);
  sessions.push(session);
  return session;
}

/** LOAD and DECIDE; the commit is the test's. */
async function decided(
  session: Session<Deposit, DepositState>,
  ...deposits: Deposit[]
): Promise<DepositState> {
  const { state, now } = await session.load(deposits, false);
  for (const [index, message] of deposits.entries()) {
    const generation = `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;
    depositDecider.decide(state, message, { now, generation, jitter: 0, isLastTry: false });
    state.accept();
  }
  return state;
}

const balances = () => database.query('select id, balance from accounts order by id');
const countOf = async (table: string) =>
  Number((await database.query(`select count(*) from ${table}`))[0]?.count);

describe('One turn', () => {
  test('commits its effects, inbox and outbox together, on the clock of the database (E2)', async () => {
    const session = await open();
    const { now } = await session.load([], false);
    const [clock] = await database.query(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    );
    expect(Math.abs(clock?.now - now)).toBeLessThan(5_000);
    await session.rollback();

    await session.commit(
      await decided(session, deposit(1, 'A', 5), deposit(2, 'B', 7), deposit(3, 'A', 1)),
      [],
    );
    expect(await balances()).toEqual([
      { id: 'A', balance: 6 },
      { id: 'B', balance: 7 },
    ]);
    expect(await countOf('processed_commands')).toBe(3);
    expect(await countOf('outbox_events')).toBe(3);
  });

  test('a reply is stored and sent as the same characters (O6)', async () => {
    const session = await open();
    await session.commit(await decided(session, deposit(1)), []);
    const [row] = await database.query(
      'select reply, value from processed_commands join outbox_events on true',
    );
    expect(row?.reply).toContain('"result":{"z":1,"a":1,"rate":1.1}');
    expect(row?.value).toBe(row?.reply);
  });

  test('deletes what was published, by id and generation: a re-send of the same message stays (O1)', async () => {
    const session = await open();
    const state = await decided(session, deposit(1));
    const [message] = state.outbox.all();
    if (!message) throw new Error('nothing was sent');
    await session.commit(state, []);
    const [first, again] = [message, { ...message, generation: '00000000-0000-4000-9000-0000000000ff' }];
    const resend = await decided(session);
    resend.outbox.add(again);
    resend.accept();
    await session.commit(resend, [first]);
    expect(await database.query('select gen from outbox_events')).toEqual([{ gen: again.generation }]);
  });

  test('a rerun after a commit that did happen finds its outbox rows and writes none twice (O1)', async () => {
    const session = await open();
    const state = await decided(session, deposit(1));
    await session.commit(state, []);
    const rerun = await decided(session);
    for (const message of state.outbox.all()) rerun.outbox.add(message);
    rerun.accept();
    await session.commit(rerun, []);
    expect(await countOf('outbox_events')).toBe(1);
  });

  test('a guard that misses a row undoes the whole turn and is a conflict (L2, SG001)', async () => {
    await database.query(`insert into accounts values ('A', 1), ('B', 1)`);
    const session = await open();
    const state = await decided(session, deposit(1, 'A'), deposit(2, 'B'), deposit(3, 'C'));
    // As if LOAD had read another balance: the row is locked, so nobody else can do it.
    Object.assign(state.accounts.stored('B') ?? {}, { balance: 99 });
    await expect(session.commit(state, [])).rejects.toMatchObject({ kind: 'conflict', sqlState: 'SG001' });
    expect(await balances()).toEqual([
      { id: 'A', balance: 1 },
      { id: 'B', balance: 1 },
    ]);
    expect(await countOf('outbox_events')).toBe(0);
  });

  test('a write that cannot be encoded keeps COMMIT from saving the rest', async () => {
    const unencodable = {
      toPostgres() {
        throw new TypeError('has no SQL form');
      },
    };
    const session = await open({
      save: (sql, state) => [
        ...depositSql.save(sql, state),
        sql.rows({ name: 'odd', text: 'select $1::text' }, [unencodable]),
      ],
    });
    const state = await decided(session, deposit(1));
    await expect(session.commit(state, [])).rejects.toMatchObject({ kind: 'message', sqlState: 'DEFECT' });
    await session.rollback();
    expect(await balances()).toEqual([]);
  });

  test('so does a name that was given to another statement, and a SAVE that throws half-way', async () => {
    const twoTexts = await open({
      save: (sql, state) => [
        ...depositSql.save(sql, state),
        sql.rows({ name: 'accounts-insert', text: 'select 1' }),
      ],
    });
    await expect(twoTexts.commit(await decided(twoTexts, deposit(1)), [])).rejects.toMatchObject({
      kind: 'message',
    });
    await twoTexts.rollback();

    const throwing = await open({
      save(sql) {
        // What this one is answered is heard by nobody else.
        sql.rows({ name: 'nowhere', text: 'select * from nowhere' });
        throw new RangeError('invalid time value');
      },
    });
    await expect(throwing.commit(await decided(throwing, deposit(1)), [])).rejects.toMatchObject({
      kind: 'message',
      sqlState: 'DEFECT',
    });
    await throwing.rollback();
    expect(await balances()).toEqual([]);
  });

  test('a probe tells a store that takes writes from one that does not, and leaves nothing', async () => {
    const session = await open();
    await session.probe();
    expect(await countOf('outbox_events')).toBe(0);
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`alter database "${name}" set default_transaction_read_only = on`);
    const readOnly = await open();
    await expect(readOnly.probe()).rejects.toMatchObject({ kind: 'not-committed', sqlState: '25006' });
  });
});
