import { migrate, runSetUp } from '@order-saga/service-kit/database';
import { readSetUpConfig } from './config.ts';
import { openInventoryOrm } from './schema/orm.ts';

await runSetUp('inventory-migrate', { configure: readSetUpConfig, open: openInventoryOrm }, migrate);
