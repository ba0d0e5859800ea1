import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { guardPool } from './database-pool.ts';
import { untilDatabaseAnswers } from './database-wait.ts';
import type { Log } from './log.ts';

/** Any constant: every process that migrates one database asks for the same lock. */
const MIGRATION_LOCK = 7_310_002;

/**
 * Runs the migrations that this database has not seen, and answers their names. Safe when twenty processes start at
 * once: all of it, the lock included, is one transaction, so a process that dies leaves neither a lock nor half a
 * schema. Waits for a database that is still starting. Rejects with what PostgreSQL said; nothing has changed then.
 */
export async function migrate(orm: MikroORM, log: Log): Promise<string[]> {
  await untilDatabaseAnswers(orm, { log });
  const own = withoutTimeouts(orm, log);
  try {
    return await own.em.fork().transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      const transaction = em.getTransactionContext();
      const done = await own.migrator.up(transaction === undefined ? {} : { transaction });
      const names = done.map(({ name }) => name);
      if (names.length > 0) log.info({ migrations: names }, 'the database was migrated');
      return names;
    });
  } finally {
    await own.close();
  }
}

/** Waiting for another process's migration, or building an index, may take longer than any query should. */
function withoutTimeouts(orm: MikroORM, log: Log): MikroORM {
  const { driverOptions, ...config } = orm.config.getAll();
  return new MikroORM({
    ...config,
    driverOptions: {
      ...driverOptions,
      max: 2,
      statement_timeout: 0,
      idle_in_transaction_session_timeout: 0,
      onPoolCreated: (pool: Pool) => guardPool(pool, { log, silenceMs: 0 }),
    },
  });
}
