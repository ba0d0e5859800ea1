import { createLog, type Log, migrate, openOrm } from '@order-saga/service-kit';
import { readOrderConfig } from './config.ts';
import { ENTITIES } from './schema/entities.ts';
import { MIGRATIONS } from './schema/migrations.ts';

/** Brings the database `orders` up to date; safe when several do it at once. */
export async function migrateOrders(url: string, log: Log): Promise<void> {
  const orm = openOrm({ url, entities: ENTITIES, migrations: MIGRATIONS, log });
  try {
    await migrate(orm, log);
  } finally {
    await orm.close();
  }
}

if (import.meta.main) {
  const config = readOrderConfig();
  await migrateOrders(config.DATABASE_URL, createLog({ name: 'order-migrate', level: config.LOG_LEVEL }));
}
