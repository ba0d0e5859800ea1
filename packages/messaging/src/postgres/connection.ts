import pg from 'pg';
import { NoAnswer } from './no-answer.ts';
import type { FieldShape } from './row-shape.ts';
import { type Part, type Prepared, Trip } from './trip.ts';

import { encodeValue } from './values.ts';

/** One prepared statement: the name is its identity on the connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Row = Record<string, unknown>;

/** What the SQL of a turn may do. Statements sent without waiting travel in one round trip and run in order. */
export interface Sql {
  rows<Result = Row>(statement: Statement, values?: readonly unknown[]): Promise<Result[]>;
}

const INT8 = 20;
const NUMERIC = 1700;

/** Every bigint of the schema is far below 2^53; a numeric is only ever a sum of such. */
const parserOf = ({ dataTypeID }: FieldShape): ((text: string) => unknown) =>
  dataTypeID === INT8 || dataTypeID === NUMERIC ? Number : pg.types.getTypeParser(dataTypeID, 'text');

const CLOSE_LIMIT_MS = 1_000;

/** PostgreSQL cuts what is longer, and two of them may then be one. */
const LONGEST_NAME = 63;

/** The hot path looks a few hundred keys up, always by index; a plan made while a table was still empty must not scan it later. */
const PLANNER =
  '-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan';

/**
 * A connection for the hot path. Statements that are asked for before anybody waits travel together, in one exchange.
 * Its session limits see to it that a stopped process or a lost network never holds a row for long (rule L8); `limitMs`
 * is the client's own limit, after which the connection is destroyed.
 */
export class Connection implements Sql {
  readonly #client: pg.Client;
  readonly #prepared = new Map<string, Prepared>();
  #waiting: Part[] = [];
  #isFlushPlanned = false;
  #trip: Trip | undefined;
  #lost: Error | undefined;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string, applicationName: string): Promise<Connection> {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      lock_timeout: 4_000,
      idle_in_transaction_session_timeout: 8_000,
      options: PLANNER,
    });
    const connection = new Connection(client);
    // Without a listener an 'error' of an idle connection would end the process. The first one says why.
    client.on('error', (error) => {
      connection.#lost ??= error;
    });
    await client.connect();
    wireOf(client).on('parseComplete', () => connection.#trip?.parseCompleted());
    return connection;
  }

  rows<Result = Row>(statement: Statement, values: readonly unknown[] = []): Promise<Result[]> {
    return this.#ask(statement, values, (rows) => rows as Result[]);
  }

  /** The command tag of a statement that takes no values, such as COMMIT: a failed transaction answers it with ROLLBACK. */
  command(text: string): Promise<string> {
    // In an exchange of its own: behind a statement that fails it would be skipped.
    if (text === 'rollback') this.#flush();
    return this.#ask({ name: text.slice(0, LONGEST_NAME), text }, [], (_rows, tag) => tag);
  }

  #ask<Result>(
    statement: Statement,
    values: readonly unknown[],
    read: (rows: unknown[], tag: string) => Result,
  ): Promise<Result> {
    const answer = new Promise<Result>((resolve, reject) => {
      if (this.#lost) throw this.#lost;
      this.#prepare(statement);
      const encoded = values.map(encodeValue);
      const done = (rows: unknown[], tag: string) => resolve(read(rows, tag));
      this.#waiting.push({ statement, values: encoded, done, failed: reject });
      this.#planFlush();
    });
    // A failure is heard here too: one whose sender threw before it awaited the answer must not end the process.
    answer.catch(() => undefined);
    return answer;
  }

  #prepare({ name, text }: Statement): void {
    const known = this.#prepared.get(name);
    if (!known) this.#prepared.set(name, { text, shape: null, isParsed: false, isDescribed: false });
    else if (known.text !== text) throw new Error(`the statement name ${name} stands for two texts`);
  }

  /** Whoever waits sends what is waiting (see `within`); nobody's statement is forgotten. */
  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const parts = this.#waiting;
    this.#waiting = [];
    const trip: Trip = new Trip(parts, this.#prepared, parserOf, () => {
      this.#trip = trip;
    });
    this.#client.query(trip);
  }

  get lost(): Error | undefined {
    return this.#lost;
  }

  async within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
    const timer = setTimeout(() => this.destroy(new NoAnswer(limitMs)), limitMs);
    this.#flush();
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  destroy(reason: Error): void {
    this.#lost ??= reason;
    wireOf(this.#client).stream.destroy(reason);
  }

  /** Says goodbye; a server that does not answer it is left. */
  async close(): Promise<void> {
    if (this.#lost) return this.destroy(this.#lost);
    this.#lost = new Error('the connection is closed');
    await this.within(CLOSE_LIMIT_MS, this.#client.end());
  }
}

/** `pg` keeps its connection to itself; a query of one's own, as pg-cursor is one, is handed it. */
const wireOf = (client: pg.Client) =>
  (
    client as unknown as {
      connection: { stream: { destroy(error: Error): void }; on(event: string, heard: () => void): void };
    }
  ).connection;
