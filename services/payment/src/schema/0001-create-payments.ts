import { Migration } from '@mikro-orm/migrations';
import { MESSAGING_TABLES } from '@order-saga/messaging';

export class CreatePayments extends Migration {
  override up(): void {
    for (const statement of [...MESSAGING_TABLES, ...PAYMENTS, ...PROVIDER_LEDGER]) this.addSql(statement);
  }
}

const PAYMENTS = [
  `create table payments (
    order_id uuid primary key,
    id uuid not null,
    saga_id uuid not null,
    charge_key uuid not null,
    amount_minor bigint not null,
    currency text not null,
    method text not null,
    status text not null,
    captured_minor bigint not null,
    refunded_minor bigint not null,
    decline_code text null,
    waiting text[] not null,
    lease_until timestamptz null,
    lease_by text null,
    attempts int not null default 0,
    created_at timestamptz(3) not null default clock_timestamp(),
    updated_at timestamptz(3) not null default clock_timestamp(),
    constraint payments_id_unique unique (id),
    constraint payments_charge_key_unique unique (charge_key),
    constraint payments_status_check
      check (status in ('pending', 'processed', 'declined', 'refunded', 'voided', 'tombstone')),
    constraint payments_amount_minor_check check (amount_minor >= 0),
    constraint payments_money_check
      check (0 <= refunded_minor and refunded_minor <= captured_minor and captured_minor <= amount_minor),
    constraint payments_pending_check
      check (status = 'pending' or (lease_until is null and cardinality(waiting) = 0))
  ) with (fillfactor = 50)`,
  `create index payments_lease_until_index on payments (lease_until) where lease_until is not null`,
  `create index payments_created_at_order_id_index on payments (created_at, order_id)`,
  `comment on table payments is 'one row per order: what the provider was asked to charge, captured and returned'`,
  `comment on column payments.charge_key is 'what the provider knows the charge by; the same in every attempt'`,
  `comment on column payments.waiting is 'idempotency keys of the actions that are answered when the outcome commits'`,
  `comment on column payments.lease_until is 'nobody else calls the provider for it until then'`,
  `comment on column payments.lease_by is 'the instance, and its life, that calls the provider'`,
];

const PROVIDER_LEDGER = [
  `create table provider_ledger (
    charge_key uuid not null,
    kind text not null,
    amount_minor bigint not null,
    currency text not null,
    code text null,
    at timestamptz not null default clock_timestamp(),
    primary key (charge_key, kind),
    constraint provider_ledger_kind_check check (kind in ('charge', 'decline', 'void', 'refund'))
  )`,
  // A charge, a decline and a void exclude each other: whichever is written first is the key's outcome for ever.
  `create unique index provider_ledger_settled_once_unique on provider_ledger (charge_key) where kind <> 'refund'`,
  `comment on table provider_ledger is 'the book of the simulated payment provider; the service itself never reads it'`,
  `comment on column provider_ledger.code is 'why it was declined'`,
];
