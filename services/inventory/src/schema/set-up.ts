import type { MikroORM } from '@mikro-orm/postgresql';
import { ConfigError, createLog, type Log, untilDatabaseAnswers } from '@order-saga/service-kit';
import { setUpConfig } from '../config.ts';
import { openInventoryOrm } from './orm.ts';

/** Runs a set-up program on the service's database: it ends by itself, with exit code 1 where it could not do its work. */
export async function runSetUp(
  name: string,
  work: (orm: MikroORM, log: Log) => Promise<unknown>,
): Promise<void> {
  try {
    const config = setUpConfig();
    const log = createLog({ name, level: config.LOG_LEVEL });
    const orm = openInventoryOrm(config.DATABASE_URL, log);
    try {
      await untilDatabaseAnswers(orm, { log });
      await work(orm, log);
    } finally {
      await orm.close();
    }
  } catch (error) {
    const reason = error instanceof ConfigError ? error.message : (error as Error).stack;
    process.stderr.write(`${name}: ${reason}\n`);
    process.exitCode = 1;
  }
}
