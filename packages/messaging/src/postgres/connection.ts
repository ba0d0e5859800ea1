import pg from 'pg';

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
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

const CLOSE_LIMIT_MS = 1_000;

/** The hot path looks a few hundred keys up, always by index; a plan made while a table was still empty must not scan it later. */
const PLANNER = '-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * A pipelined connection for the hot path. Its session limits see to it that a stopped process or a lost network never
 * holds a row for long (rule L8); `limitMs` is the client's own limit, after which the connection is destroyed.
 */
export class Connection implements Sql {
  readonly #client: pg.Client;
  #lost: Error | undefined;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string, applicationName: string): Promise<Connection> {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      lock_timeout: 4_000,
      idle_in_transaction_session_timeout: 8_000,
      options: PLANNER,
      types,
    } as pg.ClientConfig);
    const connection = new Connection(client);
    // Without a listener an 'error' of an idle connection would end the process. The first one says why.
    client.on('error', (error) => {
      connection.#lost ??= error;
    });
    await client.connect();
    return connection;
  }

  rows<Result = Row>(statement: Statement, values: readonly unknown[] = []): Promise<Result[]> {
    const { name, text } = statement;
    return this.#heard(async (client) => {
      const result = await client.query({ name, text, values: values as unknown[] });
      return result.rows as Result[];
    });
  }

  /** The command tag of a statement that takes no values, such as COMMIT: a failed transaction answers it with ROLLBACK. */
  command(text: string): Promise<string> {
    return this.#heard(async (client) => (await client.query(text)).command);
  }

  /** A failure is heard here too: one whose sender threw before it awaited the answer must not end the process. */
  #heard<Result>(query: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const answer = this.#lost ? Promise.reject(this.#lost) : query(this.#client);
    answer.catch(() => undefined);
    return answer;
  }

  get lost(): Error | undefined {
    return this.#lost;
  }

  async within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
    const timer = setTimeout(
      () => this.destroy(new Error(`no answer from PostgreSQL within ${limitMs} ms`)),
      limitMs,
    );
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  destroy(reason: Error): void {
    this.#lost ??= reason;
    const { stream } = (
      this.#client as unknown as { connection: { stream: { destroy(error: Error): void } } }
    ).connection;
    stream.destroy(reason);
  }

  /** Says goodbye; a server that does not answer it is left. */
  async close(): Promise<void> {
    if (this.#lost) return this.destroy(this.#lost);
    this.#lost = new Error('the connection is closed');
    await this.within(CLOSE_LIMIT_MS, this.#client.end());
  }
}
