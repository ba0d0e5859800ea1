import type { MikroORM } from '@mikro-orm/postgresql';
import { MESSAGING_ENTITIES } from '@order-saga/messaging';
import type { Log } from '@order-saga/service-kit';
import { openOrm } from '@order-saga/service-kit/database';
import { PaymentEntity } from '../payments/payment.entity.ts';
import { ProviderLedgerEntity } from '../provider/provider-ledger.entity.ts';
import { CreatePayments } from './0001-create-payments.ts';
import { AddOperations } from './0002-add-operations.ts';

/** The name is what the database remembers: it must never change. */
const MIGRATIONS = [
  { name: '0001-create-payments', class: CreatePayments },
  { name: '0002-add-operations', class: AddOperations },
];

export const openPaymentsDatabase = (url: string, log: Log): MikroORM =>
  openOrm({
    url,
    entities: [PaymentEntity, ProviderLedgerEntity, ...MESSAGING_ENTITIES],
    migrations: MIGRATIONS,
    applicationName: 'payment',
    log,
  });
