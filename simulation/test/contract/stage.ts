import {
  type Decider,
  openPostgresSession,
  openTurnSession,
  type Session,
  type Sql,
  StoreFailure,
  type TurnSql,
  type TurnState,
} from '@order-saga/messaging';
import { silentLog } from '@order-saga/service-kit';
import { migrate } from '@order-saga/service-kit/database';
import { createDatabase } from '@order-saga/testkit';
import { Database, EPOCH_MS } from '../../src/store/database.ts';
import type { Handlers } from '../../src/store/statements.ts';
import type { TableSpec } from '../../src/store/table.ts';
import { Coverage } from '../../src/world/coverage.ts';
import { Life } from '../../src/world/life.ts';
import { World } from '../../src/world/world.ts';

/** A moment that is past on every clock: what is due by it is due. */
export const NOW = EPOCH_MS - 3_600_000;

type Orm = Parameters<typeof migrate>[0];

/** One service's turns, played on a store; everything that the store says is written down. */
export interface Stage<Message, State extends TurnState> {
  /** A lane's session. What its statements answer goes into the log, under its name. */
  session(name: string): Promise<Player<Message, State>>;
  readonly log: unknown[];
}

export interface Player<Message, State extends TurnState> {
  load(messages: readonly Message[], afterConflict?: boolean): Promise<State>;
  /** Loads and decides each message; the state is ready to be committed. */
  decide(messages: readonly Message[], afterConflict?: boolean, now?: number): Promise<State>;
  /** Writes down how it ended; after a failure the transaction is rolled back. */
  commit(state: State): Promise<void>;
  rollback(): Promise<void>;
}

export interface Service<Message, State extends TurnState, Answer> {
  readonly name: string;
  readonly turnSql: TurnSql<Message, State>;
  readonly decider: Decider<Message, State, Answer>;
  readonly specs: () => TableSpec[];
  readonly handlers: Handlers;
  openOrm(url: string): Orm;
  /** Rows that are there from the beginning: SQL, and the same for memory. */
  readonly prepareSql?: string;
  prepareMemory?(database: Database): void;
}

type Script<Message, State extends TurnState> = (
  stage: Stage<Message, State>,
  cold: { readonly orm: Orm | null; readonly database: Database | null; readonly life: Life },
) => Promise<void>;

/** Plays the script on PostgreSQL; answers its log. */
export async function onPostgres<Message, State extends TurnState, Answer>(
  service: Service<Message, State, Answer>,
  script: Script<Message, State>,
): Promise<unknown[]> {
  const prepare = async (url: string) => {
    const orm = service.openOrm(url);
    await migrate(orm, silentLog);
    if (service.prepareSql !== undefined) await orm.em.fork().execute(service.prepareSql);
    await orm.close();
  };
  const { url } = await createDatabase(service.name, {
    template: { name: `contract_${service.name}`, prepare },
  });
  const sessions: Session<Message, State>[] = [];
  const orm = service.openOrm(url);
  const log: unknown[] = [];
  const open = (turnSql: TurnSql<Message, State>) =>
    openPostgresSession({ url, applicationName: 'contract', turnSql });
  try {
    await script(stageOf(service, open, log, sessions), { orm, database: null, life: new Life('test') });
  } finally {
    for (const session of sessions) await session.close();
    await orm.close();
  }
  return log;
}

/** Plays the script in memory; answers its log. */
export async function inMemory<Message, State extends TurnState, Answer>(
  service: Service<Message, State, Answer>,
  script: Script<Message, State>,
): Promise<unknown[]> {
  const world = new World({ seed: 1, chance: 0, faults: [] }, new Coverage(), false);
  const { specs, handlers, name } = service;
  const database = new Database(world, name, { tables: specs(), handlers, committed: () => undefined });
  service.prepareMemory?.(database);
  const life = new Life('test');
  const log: unknown[] = [];
  const open = (turnSql: TurnSql<Message, State>) => openTurnSession(() => database.connect(life), turnSql);
  let isOver = false;
  const drive = () => {
    world.scheduler.step();
    if (!isOver) setImmediate(drive);
  };
  setImmediate(drive);
  try {
    await script(stageOf(service, open, log, []), { orm: null, database, life });
  } finally {
    isOver = true;
  }
  return log;
}

function stageOf<Message, State extends TurnState, Answer>(
  { turnSql, decider }: Service<Message, State, Answer>,
  open: (turnSql: TurnSql<Message, State>) => Promise<Session<Message, State>>,
  log: unknown[],
  sessions: Session<Message, State>[],
): Stage<Message, State> {
  return {
    log,
    async session(name) {
      const session = await open({
        load: (sql, messages, afterConflict) =>
          turnSql.load(recorded(sql, name, log), messages, afterConflict),
        save: turnSql.save,
      });
      sessions.push(session);
      const load = async (messages: readonly Message[], afterConflict = false) =>
        (await session.load(messages, afterConflict)).state;
      return {
        load,
        async decide(messages, afterConflict, now = NOW) {
          const state = await load(messages, afterConflict);
          messages.forEach((message, index) => {
            const generation = `00000000-0000-4000-8000-00000000000${index}`;
            decider.decide(state, message, { now, generation, jitter: 0.5, isLastTry: false });
            state.accept();
          });
          return state;
        },
        async commit(state) {
          try {
            await session.commit(state, []);
            log.push(`${name} committed`);
          } catch (error) {
            if (!(error instanceof StoreFailure)) throw error;
            log.push(`${name} ${error.kind} ${error.sqlState}`);
            await session.rollback();
          }
        },
        rollback: () => session.rollback(),
      };
    },
  };
}

const recorded = (sql: Sql, session: string, log: unknown[]): Sql => ({
  async rows<Result>(statement: Parameters<Sql['rows']>[0], values: readonly unknown[] = []) {
    const rows = await sql.rows<Result>(statement, values);
    log.push({ session, statement: statement.name, rows });
    return rows;
  },
});

/**
 * The two logs, made comparable: what each statement of a session saw, however the answers to different
 * sessions and statements were interleaved; of the rows in memory the columns that PostgreSQL's have.
 */
export function comparable(
  postgres: readonly unknown[],
  memory: readonly unknown[],
): { readonly postgres: readonly unknown[]; readonly memory: readonly unknown[] } {
  const expected = byStatement(postgres);
  const seen = byStatement(memory).map((entry, index) => {
    const other = expected[index];
    if (!isRecorded(entry) || !isRecorded(other)) return entry;
    return { ...entry, rows: sorted(onlyColumns(entry.rows, Object.keys((other.rows[0] as object) ?? {}))) };
  });
  const known = expected.map((entry) =>
    isRecorded(entry) ? { ...entry, rows: sorted(entry.rows.map((row) => ({ ...(row as object) }))) } : entry,
  );
  return { postgres: known, memory: seen };
}

const onlyColumns = (rows: readonly unknown[], columns: readonly string[]): readonly unknown[] =>
  columns.length === 0
    ? rows
    : rows.map((row) =>
        Object.fromEntries(columns.map((name) => [name, (row as Record<string, unknown>)[name]])),
      );

/** Entries of one session's statement in the order of their answers; what a session ended with comes last. */
const byStatement = (log: readonly unknown[]): readonly unknown[] =>
  log.toSorted((one, other) => placeOf(one).localeCompare(placeOf(other)));

const placeOf = (entry: unknown): string =>
  isRecorded(entry) ? `${entry.session} ${entry.statement}` : `${String(entry).split(' ')[0]} ~`;

interface Recorded {
  readonly session: string;
  readonly statement: string;
  readonly rows: readonly unknown[];
}

const isRecorded = (entry: unknown): entry is Recorded =>
  typeof entry === 'object' && entry !== null && 'statement' in entry;

const keyOf = (row: unknown): string => {
  const columns = row as Record<string, unknown>;
  return ['id', 'order_id', 'product_id', 'idempotency_key', 'idempotencyKey', 'key']
    .map((name) => String(columns[name] ?? ''))
    .join(' ');
};

const sorted = (rows: readonly unknown[]): unknown[] =>
  [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
