import type { MikroORM } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { ConfigError, serviceSettings } from './config.ts';
import { untilDatabaseAnswers } from './database-wait.ts';
import { createLog, type Log, type LogLevel } from './log.ts';

const { DATABASE_URL, LOG_LEVEL } = serviceSettings({ port: 0, instanceName: '' });

/** All that a program needs which prepares a database: it talks to no broker and serves nobody. */
export const setUpSettings = z.object({ DATABASE_URL, LOG_LEVEL });

/** Runs a set-up program on a service's database: it ends by itself, with exit code 1 where it could not do its work. */
export async function runSetUp(
  name: string,
  database: {
    configure(): { readonly DATABASE_URL: string; readonly LOG_LEVEL: LogLevel };
    open(url: string, log: Log): MikroORM;
  },
  work: (orm: MikroORM, log: Log) => Promise<unknown>,
): Promise<void> {
  try {
    const config = database.configure();
    const log = createLog({ name, level: config.LOG_LEVEL });
    const orm = database.open(config.DATABASE_URL, log);
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
