import { migrate, runSetUp } from '@order-saga/service-kit/database';
import { readSetUpConfig } from './config.ts';
import { openPaymentsDatabase } from './schema/index.ts';

await runSetUp('payment-migrate', { configure: readSetUpConfig, open: openPaymentsDatabase }, migrate);
