import { readDatabasesConfig } from './config.ts';
import { ensureRolesAndDatabases, isStillStarting } from './databases.ts';
import { keepTrying, runJob } from './job.ts';

await runJob('create-databases', readDatabasesConfig, (config, log) =>
  keepTrying(
    () =>
      ensureRolesAndDatabases(
        config.ADMIN_DATABASE_URL,
        [
          { name: 'orders', password: config.ORDERS_DB_PASSWORD },
          { name: 'payments', password: config.PAYMENTS_DB_PASSWORD },
          { name: 'inventory', password: config.INVENTORY_DB_PASSWORD },
        ],
        log,
      ),
    { mayPass: isStillStarting },
  ),
);
