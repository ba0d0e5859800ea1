import { migrate } from '@order-saga/service-kit';
import { runSetUp } from './schema/set-up.ts';

await runSetUp('inventory-migrate', migrate);
