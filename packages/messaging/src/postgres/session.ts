import type { OutboxRef } from '../outbox/outbox-message.ts';
import type { Loaded, Session, TurnState } from '../session.ts';
import { StoreFailure } from '../session.ts';
import { Connection, type Sql, type Statement } from './connection.ts';
import { classify } from './failures.ts';
import { deletePublished, insertOutbox } from './outbox-sql.ts';

/**
 * A service's SQL for one turn. `load` sends its locks and reads without waiting between them and awaits them together;
 * `save` sends its writes and returns their promises: each half is one round trip.
 */
export interface TurnSql<Message, State extends TurnState> {
  load(sql: Sql, messages: readonly Message[], afterConflict: boolean): Promise<State>;
  save(sql: Sql, state: State): readonly Promise<unknown>[];
}

/** A turn that has not answered for so long has lost its connection. */
const TURN_LIMIT_MS = 15_000;

const CLOCK: Statement = {
  name: 'clock',
  text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
};

export async function openPostgresSession<Message, State extends TurnState>(options: {
  readonly url: string;
  readonly applicationName: string;
  readonly turnSql: TurnSql<Message, State>;
}): Promise<Session<Message, State>> {
  let connection: Connection;
  try {
    connection = await Connection.open(options.url, options.applicationName);
  } catch (error) {
    throw new StoreFailure('not-committed', codeOf(error), `cannot connect: ${String(error)}`, {
      cause: error,
    });
  }
  return new PostgresSession(connection, options.turnSql);
}

class PostgresSession<Message, State extends TurnState> implements Session<Message, State> {
  readonly #connection: Connection;
  readonly #turnSql: TurnSql<Message, State>;

  constructor(connection: Connection, turnSql: TurnSql<Message, State>) {
    this.#connection = connection;
    this.#turnSql = turnSql;
  }

  async load(messages: readonly Message[], afterConflict: boolean): Promise<Loaded<State>> {
    const connection = this.#connection;
    try {
      return await connection.within(
        TURN_LIMIT_MS,
        allOf([
          connection.command('begin'),
          this.#turnSql.load(connection, messages, afterConflict),
          connection.rows<{ now: number }>(CLOCK),
        ]).then(([, state, clock]) => ({ state, now: Math.floor((clock[0] as { now: number }).now) })),
      );
    } catch (error) {
      throw classify(error, 'before-commit');
    }
  }

  async commit(state: State, published: readonly OutboxRef[]): Promise<void> {
    const connection = this.#connection;
    const writes = [
      ...this.#turnSql.save(connection, state),
      ...insertOutbox(connection, state.outbox.all()),
      ...deletePublished(connection, published),
    ];
    const committed = connection.command('commit');
    try {
      const [tag] = await connection.within(TURN_LIMIT_MS, allOf([committed, ...writes]));
      if (tag !== 'COMMIT')
        throw new StoreFailure('not-committed', 'ROLLBACK', 'COMMIT was answered with ROLLBACK');
    } catch (error) {
      throw classify(await firstWriteError(writes, error), 'committing');
    }
  }

  async rollback(): Promise<void> {
    await this.#connection.within(TURN_LIMIT_MS, this.#connection.command('rollback'));
  }

  async probe(): Promise<void> {
    const connection = this.#connection;
    try {
      await connection.command('begin');
      await connection.command('create temporary table probe (written int) on commit drop');
      await connection.command('rollback');
    } catch (error) {
      throw classify(error, 'before-commit');
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

/** Promise.all that waits for every part, so that no rejection is left unheard and no statement is still under way. */
async function allOf<Parts extends readonly Promise<unknown>[]>(
  parts: readonly [...Parts],
): Promise<{ [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts) as Promise<{ [Index in keyof Parts]: Awaited<Parts[Index]> }>;
}

/** The first statement that failed says why; those after it only say that the transaction is aborted (25P02). */
async function firstWriteError(writes: readonly Promise<unknown>[], fallback: unknown): Promise<unknown> {
  const settled = await Promise.allSettled(writes);
  const first = settled.find((result) => result.status === 'rejected');
  return first?.reason ?? fallback;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'CONNECTION';
