import { MikroORM } from '@mikro-orm/postgresql';
import { replyIdOf, uuidSchema } from '@order-saga/contracts';
import { createDatabase } from '@order-saga/testkit';
import pg from 'pg';
import { z } from 'zod';
import {
  type Decider,
  type InboxRow,
  inboxHit,
  insertInbox,
  MESSAGING_ENTITIES,
  MESSAGING_TABLES,
  OPERATIONS_TABLES,
  type OutboxMessage,
  openPostgresSession,
  processed,
  replyMessage,
  type Statement,
  selectInbox,
  type TurnSql,
  type TurnState,
  WorkingSet,
  WriteList,
} from '../../src/index.ts';

/** A service of one table: a deposit raises the balance of an account, once, and is replied to. */
export const depositSchema = z.object({
  id: uuidSchema,
  sagaId: uuidSchema,
  idempotencyKey: z.string(),
  type: z.literal('Deposit'),
  account: z.string(),
  amount: z.int(),
  /** `decide` throws. */
  isPoison: z.boolean().optional(),
});
export type Deposit = z.infer<typeof depositSchema>;

export interface Account {
  readonly id: string;
  readonly balance: number;
}

export class DepositState implements TurnState {
  readonly accounts: WorkingSet<Account>;
  readonly inbox: WorkingSet<InboxRow>;
  readonly outbox = new WriteList<OutboxMessage>();

  constructor(accounts: readonly Account[], inbox: readonly InboxRow[]) {
    this.accounts = new WorkingSet(({ id }) => id, accounts);
    this.inbox = new WorkingSet(({ idempotencyKey }) => idempotencyKey, inbox);
  }

  accept(): void {
    for (const part of [this.accounts, this.inbox, this.outbox]) part.accept();
  }

  discard(): void {
    for (const part of [this.accounts, this.inbox, this.outbox]) part.discard();
  }
}

const LOCK: Statement = {
  name: 'accounts-lock',
  text: 'select id, balance from accounts where id = any($1::text[]) order by id for update',
};
const INSERT: Statement = {
  name: 'accounts-insert',
  text: 'insert into accounts (id, balance) select * from unnest($1::text[], $2::int[])',
};
/** Guarded by the balance that was read, so that a test can make it miss (rule L2). */
const UPDATE: Statement = {
  name: 'accounts-update',
  text: `
    with touched as (
      update accounts a set balance = m.balance from unnest($1::text[], $2::int[], $3::int[]) as m (id, was, balance)
      where a.id = m.id and a.balance = m.was
      returning 1)
    select need(count(*), $4::int) from touched`,
};

export const depositSql: TurnSql<Deposit, DepositState> = {
  async load(sql, deposits) {
    const [accounts, inbox] = await Promise.all([
      sql.rows<Account>(LOCK, [deposits.map(({ account }) => account)]),
      selectInbox(
        sql,
        deposits.map(({ idempotencyKey }) => idempotencyKey),
      ),
    ]);
    return new DepositState(accounts, inbox);
  },
  save(sql, { accounts, inbox }) {
    const fresh = accounts.inserts();
    const moved = accounts.updates();
    return [
      ...(fresh.length > 0
        ? [sql.rows(INSERT, [fresh.map(({ id }) => id), fresh.map(({ balance }) => balance)])]
        : []),
      ...(moved.length > 0
        ? [
            sql.rows(UPDATE, [
              moved.map(({ id }) => id),
              moved.map(({ id }) => accounts.stored(id)?.balance),
              moved.map(({ balance }) => balance),
              moved.length,
            ]),
          ]
        : []),
      ...insertInbox(sql, inbox.inserts()),
    ];
  },
};

export const depositDecider: Decider<Deposit, DepositState, 'done' | 'repeated'> = {
  laneKey: ({ account }) => account,
  decide(state, deposit, { now, generation }) {
    if (deposit.isPoison) throw new Error('a poison deposit');
    const about = {
      replyId: replyIdOf(deposit.id),
      generation,
      source: 'payment-service',
      time: new Date(now).toISOString(),
    } as const;
    const hit = inboxHit(state.inbox.get(deposit.idempotencyKey), deposit);
    if (hit?.reply) {
      state.outbox.add(replyMessage({ ...hit, reply: hit.reply }, about));
      return 'repeated';
    }
    const balance = (state.accounts.get(deposit.account)?.balance ?? 0) + deposit.amount;
    state.accounts.put({ id: deposit.account, balance });
    const row = processed(deposit, {
      id: about.replyId,
      commandId: deposit.id,
      sagaId: deposit.sagaId,
      status: 'Success',
      // Keys out of order and a number as `jsonb` would not keep it.
      result: { z: 1, a: balance, rate: 1.1 },
      error: null,
      errorCode: null,
      createdAt: about.time,
    });
    state.inbox.put(row);
    state.outbox.add(replyMessage(row, about));
    return 'done';
  },
};

/** A saga deposits once, so its id names everything about the deposit. */
export const deposit = (n: number, account = 'A', amount = 1): Deposit => {
  const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return { id: uuid, sagaId: uuid, idempotencyKey: `deposit-${n}`, type: 'Deposit', account, amount };
};

const TABLES = [
  ...MESSAGING_TABLES,
  ...OPERATIONS_TABLES,
  'create table accounts (id text primary key, balance int not null check (balance >= 0))',
];

/** A database with the tables of that service; `query` goes its own way, beside the pipeline. */
export async function depositDatabase() {
  const { url } = await createDatabase('deposits', {
    template: {
      name: 'messaging_deposits',
      prepare: async (template) => {
        const client = new pg.Client({ connectionString: template });
        await client.connect();
        for (const table of TABLES) await client.query(table);
        await client.end();
      },
    },
  });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  const query = async <Row extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> => (await pool.query<Row>(text, values)).rows;
  /** From now on the pipeline cannot reach the database, or can again; `query` still does. */
  const setOutage = async (isAway: boolean): Promise<void> => {
    const elsewhere = new URL(url);
    const name = elsewhere.pathname.slice(1);
    elsewhere.pathname = '/postgres';
    await query('select 1');
    const client = new pg.Client({ connectionString: elsewhere.toString() });
    await client.connect();
    await client.query(`alter database "${name}" with allow_connections ${!isAway}`);
    await client.end();
    if (!isAway) return;
    await query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
  };
  return { url, query, setOutage, close: () => pool.end() };
}

export type DepositDatabase = Awaited<ReturnType<typeof depositDatabase>>;

export const openDepositSession = (url: string, turnSql: Partial<typeof depositSql> = {}) =>
  openPostgresSession({ url, applicationName: 'deposits lane', turnSql: { ...depositSql, ...turnSql } });

export const openMessagingOrm = (url: string): MikroORM =>
  new MikroORM({
    clientUrl: url,
    entities: [...MESSAGING_ENTITIES],
    ensureDatabase: false,
    schemaGenerator: { ignoreRoutines: true, ignoreTriggers: true },
    // A pool whose idle connection is lost would end the process.
    driverOptions: { onPoolCreated: (pool: pg.Pool) => pool.on('error', () => undefined) },
  });
