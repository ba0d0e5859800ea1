import type { OutboxRef } from '../outbox/outbox-message.ts';
import { Patience } from '../patience.ts';
import type { Loaded, Session, TurnState } from '../session.ts';
import { StoreFailure } from '../session.ts';
import { Connection, type Sql, type Statement } from './connection.ts';
import { classify, connectionCodeOf, type FailureContext } from './failures.ts';
import { NoAnswer } from './no-answer.ts';
import { deletePublished, insertOutbox, PROBE } from './outbox-sql.ts';

/**
 * A service's SQL for one turn. `load` sends its locks and reads without waiting between them and awaits them together;
 * `save` sends its writes and returns their promises: each half is one round trip.
 */
export interface TurnSql<Message, State extends TurnState> {
  load(sql: Sql, messages: readonly Message[], afterConflict: boolean): Promise<State>;
  save(sql: Sql, state: State): readonly Promise<unknown>[];
}

/** Of half a turn. */
export const turnPatience = () => new Patience(5_000, 20_000);

const CLOCK: Statement = {
  name: 'clock',
  text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
};

/** What a session needs of its connection; simulation runs it on one that PostgreSQL is not at the other end of. */
export interface TurnConnection extends Sql {
  /** The command tag of a statement that takes no values. */
  command(text: string): Promise<string>;
  /** Why nothing can be sent any more. */
  readonly lost: Error | undefined;
  /** The connection is given up when the work has not ended by then. */
  within<Result>(limitMs: number, work: Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export const openPostgresSession = <Message, State extends TurnState>(options: {
  readonly url: string;
  readonly applicationName: string;
  readonly turnSql: TurnSql<Message, State>;
  readonly patience?: Patience;
}): Promise<Session<Message, State>> =>
  openTurnSession(
    () => Connection.open(options.url, options.applicationName),
    options.turnSql,
    options.patience,
  );

export async function openTurnSession<Message, State extends TurnState>(
  connect: () => Promise<TurnConnection>,
  turnSql: TurnSql<Message, State>,
  patience = turnPatience(),
): Promise<Session<Message, State>> {
  let connection: TurnConnection;
  try {
    connection = await connect();
  } catch (error) {
    throw new StoreFailure('not-committed', connectionCodeOf(error), `cannot connect: ${String(error)}`, {
      cause: error,
    });
  }
  return new PostgresSession(connection, turnSql, patience);
}

class PostgresSession<Message, State extends TurnState> implements Session<Message, State> {
  readonly #connection: TurnConnection;
  readonly #turnSql: TurnSql<Message, State>;
  /** Shared by the sessions of a store: one that ran out of it is followed by another. */
  readonly #patience: Patience;

  constructor(connection: TurnConnection, turnSql: TurnSql<Message, State>, patience: Patience) {
    this.#connection = connection;
    this.#turnSql = turnSql;
    this.#patience = patience;
  }

  async load(messages: readonly Message[], afterConflict: boolean): Promise<Loaded<State>> {
    const connection = this.#connection;
    try {
      const [, state, clock] = await this.#within(
        allOf([
          connection.command('begin'),
          Promise.try(() => this.#turnSql.load(connection, messages, afterConflict)),
          connection.rows<{ now: number }>(CLOCK),
        ]),
      );
      return { state, now: Math.floor((clock[0] as { now: number }).now) };
    } catch (error) {
      throw this.#failure(error, 'open');
    }
  }

  async commit(state: State, published: readonly OutboxRef[]): Promise<void> {
    const connection = this.#connection;
    const writes = await this.#send(() => [
      ...this.#turnSql.save(connection, state),
      ...insertOutbox(connection, state.outbox.all()),
      ...deletePublished(connection, published),
    ]);
    const committed = connection.command('commit');
    try {
      const [tag] = await this.#within(allOf([committed, ...writes]));
      if (tag === 'COMMIT') return this.#patience.wasEnough();
    } catch (error) {
      throw this.#failure(await firstError(writes, error), 'committing');
    }
    throw new StoreFailure('not-committed', 'ROLLBACK', 'COMMIT was answered with ROLLBACK');
  }

  async rollback(): Promise<void> {
    await this.#within(this.#connection.command('rollback'));
  }

  async probe(): Promise<void> {
    const connection = this.#connection;
    const steps = [connection.command('begin'), connection.command(PROBE), connection.command('rollback')];
    try {
      await this.#within(allOf(steps));
    } catch (error) {
      throw this.#failure(await firstError(steps, error), 'open');
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /**
   * Puts the writes on the wire. A write that this side refuses (a value that cannot be encoded, a connection that is
   * gone) was never sent, and a COMMIT behind it would save the rest. It is known two ticks later, before COMMIT is sent.
   */
  async #send(write: () => readonly Promise<unknown>[]): Promise<readonly Promise<unknown>[]> {
    const connection = this.#connection;
    const refused: unknown[] = [];
    try {
      if (connection.lost) throw connection.lost;
      const writes = write();
      for (const sent of writes) sent.catch((error: unknown) => refused.push(error));
      await tick();
      await tick();
      if (refused.length === 0) return writes;
    } catch (error) {
      refused.unshift(error);
    }
    throw this.#failure(refused[0], 'open');
  }

  #within<Result>(work: Promise<Result>): Promise<Result> {
    return this.#connection.within(this.#patience.limitMs, work);
  }

  #failure(error: unknown, phase: FailureContext['phase']): StoreFailure {
    const { lost } = this.#connection;
    if (lost instanceof NoAnswer) this.#patience.ranOut();
    return classify(error, { phase, isLost: lost !== undefined });
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
async function firstError(statements: readonly Promise<unknown>[], fallback: unknown): Promise<unknown> {
  const settled = await Promise.allSettled(statements);
  const first = settled.find((result) => result.status === 'rejected');
  return first?.reason ?? fallback;
}

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
