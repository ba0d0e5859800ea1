import { createLog, migrate } from '@order-saga/service-kit';
import { readMigrateConfig } from './config.ts';
import { openPaymentsDatabase } from './schema/index.ts';

/** Brings the database to the newest schema, and exits. */
const config = readMigrateConfig();
const log = createLog({ name: 'payment-migrate', level: config.LOG_LEVEL });
const orm = openPaymentsDatabase(config.DATABASE_URL, log);
try {
  await migrate(orm, log);
} finally {
  await orm.close();
}
