import type { MikroORM } from '@mikro-orm/postgresql';
import type { Log } from '@order-saga/service-kit';
import { openOrm } from '@order-saga/service-kit/database';
import { INVENTORY_ENTITIES } from './entities.ts';
import { INVENTORY_MIGRATIONS } from './migrations.ts';

export const openInventoryOrm = (url: string, log: Log): MikroORM =>
  openOrm({
    url,
    entities: INVENTORY_ENTITIES,
    migrations: INVENTORY_MIGRATIONS,
    applicationName: 'inventory-service',
    log,
  });
