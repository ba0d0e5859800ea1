import { runSetUp } from '@order-saga/service-kit/database';
import { readSetUpConfig } from './config.ts';
import { addDemoProducts } from './products/demo-products.ts';
import { openInventoryOrm } from './schema/orm.ts';

await runSetUp(
  'inventory-seed-demo',
  { configure: readSetUpConfig, open: openInventoryOrm },
  addDemoProducts,
);
