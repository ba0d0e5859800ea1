import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { guardPool } from './database-pool.ts';
import type { Log } from './log.ts';

/**
 * MikroORM 7 for the cold paths: entities by `defineEntity`, migration classes by list, no decorators, no discovery
 * of files. `test/example-orm.ts` shows every idiom in use. A PostgreSQL that restarts fails the queries in flight
 * and nothing else: the pool connects again with the next query.
 */
export interface OrmOptions {
  readonly url: string;
  readonly entities: NonNullable<Options['entities']>;
  /** In order. The name is what the database remembers: it must never change. */
  readonly migrations: readonly NamedMigration[];
  /** Connections at most; default 5. The hot path has its own. */
  readonly poolMax?: number;
  /** No cold query runs longer; default 5 s. Migrations have no limit. */
  readonly statementTimeoutMs?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  readonly log: Log;
}

export type MigrationClass = Extract<
  NonNullable<NonNullable<Options['migrations']>['migrationsList']>[number],
  new (
    ...args: never[]
  ) => unknown
>;

export interface NamedMigration {
  readonly name: string;
  readonly class: MigrationClass;
}

/** Connects with the first query, not before: a service starts while its database is away (rule O8). */
export function openOrm(options: OrmOptions): MikroORM {
  const statementTimeoutMs = options.statementTimeoutMs ?? 5_000;
  return new MikroORM({
    clientUrl: options.url,
    entities: options.entities,
    extensions: [Migrator],
    ensureDatabase: false,
    logger: (message) => options.log.warn({}, message),
    colors: false,
    // Names go into SQL as they are written in the entity: `tableName`, and `totalMinor` as `total_minor`.
    migrations: { migrationsList: [...options.migrations], snapshot: false, silent: true },
    // Functions and triggers come from hand-written SQL in migrations; entities do not describe them.
    schemaGenerator: { ignoreRoutines: true, ignoreTriggers: true },
    driverOptions: {
      max: options.poolMax ?? 5,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: 5_000,
      application_name: options.applicationName ?? 'order-saga',
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // The server cannot end a statement whose connection is a black hole: the client gives up by itself.
      onPoolCreated: (pool: Pool) =>
        guardPool(pool, { log: options.log, silenceMs: statementTimeoutMs * 1.5 }),
    },
  });
}

/** The SQL that would bring the database to what the entities say; empty when they agree. */
export async function schemaDrift(orm: MikroORM): Promise<string> {
  const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
  return sql.trim();
}
