import { migrate, runSetUp } from '@order-saga/service-kit/database';
import { readSetUpConfig } from './config.ts';
import { openOrdersDatabase } from './schema/database.ts';

await runSetUp('order-migrate', { configure: readSetUpConfig, open: openOrdersDatabase }, migrate);
