import { Migration } from '@mikro-orm/migrations';
import { MESSAGING_TABLES, OPERATIONS_TABLES } from '@order-saga/messaging';
import type { NamedMigration } from '@order-saga/service-kit/database';

/**
 * Forward only. Fill factors leave room for updates in place: no index of `saga_transactions` names a column that a
 * transition changes, so that every update of a saga is a HOT one (rule E5).
 */
class CreateTables extends Migration {
  override up(): void {
    for (const sql of [...MESSAGING_TABLES, ...ORDER_TABLES]) this.addSql(sql);
  }
}

const ORDER_TABLES: readonly string[] = [
  `create table saga_transactions (
    id uuid primary key,
    order_id uuid not null constraint saga_transactions_order_id_unique unique,
    customer_id uuid not null,
    definition text not null,
    context json not null,
    status text not null,
    current_step int not null,
    direction text not null,
    steps json not null,
    outstanding json null,
    failure json null,
    attention text null,
    attention_since timestamptz(3) null,
    admitted boolean not null,
    seq int not null,
    rev int not null,
    wake_at timestamptz(3) not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    constraint saga_transactions_status_check
      check (status in ('Started', 'InProgress', 'Completed', 'Compensating', 'Compensated', 'Failed'))
  ) with (fillfactor = 50)`,
  'create index saga_transactions_customer_id_id_index on saga_transactions (customer_id, id)',
  `comment on column saga_transactions.seq is 'counts the transitions; the version that clients see'`,
  `comment on column saga_transactions.rev is 'the row guard: every write raises it'`,
  `comment on column saga_transactions.wake_at is 'what saga_due was last set to'`,
  `create table saga_due (
    saga_id uuid primary key,
    wake_at timestamptz(3) not null,
    in_flight boolean not null
  ) with (fillfactor = 70)`,
  'create index saga_due_wake_at_index on saga_due (wake_at)',
  'create index saga_due_in_flight_index on saga_due (saga_id) where in_flight',
  `comment on column saga_due.wake_at is 'a lower bound of when the saga is next due'`,
  `comment on column saga_due.in_flight is 'admitted and without attention: counted by the admission window'`,
  `create table saga_history (
    saga_id uuid not null,
    seq int not null,
    entry text not null,
    at timestamptz(3) not null default clock_timestamp(),
    primary key (saga_id, seq)
  )`,
  `comment on column saga_history.entry is 'the transition as JSON'`,
  `create table orders (
    id uuid primary key,
    saga_id uuid not null,
    customer_id uuid not null,
    lines jsonb not null,
    total_minor bigint not null,
    currency text not null,
    payment_method text not null,
    status text not null,
    origin text not null,
    created_at timestamptz(3) not null default clock_timestamp(),
    updated_at timestamptz(3) not null default clock_timestamp(),
    constraint orders_status_check check (status in ('created', 'approved', 'cancelled')),
    constraint orders_origin_check check (origin in ('ours', 'foreign', 'tombstone')),
    constraint orders_total_minor_check check (total_minor > 0)
  ) with (fillfactor = 70)`,
  `create table client_keys (
    customer_id uuid not null,
    key text not null,
    order_id uuid not null,
    saga_id uuid not null,
    sent text not null,
    at timestamptz(3) not null default clock_timestamp(),
    primary key (customer_id, key)
  )`,
  `comment on column client_keys.sent is 'what the client sent, as canonical JSON; a repeat is compared with it'`,
  `create table requests (
    id uuid primary key,
    saga_id uuid not null,
    answer text not null,
    at timestamptz(3) not null default clock_timestamp()
  )`,
  `create table waiting (
    n bigint generated always as identity primary key,
    saga_id uuid not null constraint waiting_saga_id_unique unique
  )`,
  `create table resend_budget (
    id int primary key,
    tokens double precision not null,
    at timestamptz(3) not null
  )`,
  'insert into resend_budget (id, tokens, at) values (1, 0, clock_timestamp())',
];

/**
 * Lists by time. A partial index may name `attention`: an update stays in place while the column keeps its value, and
 * attention is raised for few sagas and seldom.
 */
class ListOrders extends Migration {
  override up(): void {
    for (const sql of LIST_INDEXES) this.addSql(sql);
  }
}

const LIST_INDEXES: readonly string[] = [
  'create index saga_transactions_created_at_id_index on saga_transactions (created_at, id)',
  `create index saga_transactions_customer_id_created_at_id_index
    on saga_transactions (customer_id, created_at, id)`,
  'drop index saga_transactions_customer_id_id_index',
  `create index saga_transactions_attention_index
    on saga_transactions (created_at, id) where attention is not null`,
];

/** An order is retried once, and a retry stands for one order. */
class RetryOrders extends Migration {
  override up(): void {
    this.addSql(`create table order_retries (
      order_id uuid primary key,
      retried_by uuid not null constraint order_retries_retried_by_unique unique,
      at timestamptz(3) not null default clock_timestamp()
    )`);
    this.addSql(`comment on column order_retries.order_id is 'a cancelled order'`);
    this.addSql(`comment on column order_retries.retried_by is 'the order that was placed instead of it'`);
  }
}

class AddOperations extends Migration {
  override up(): void {
    for (const sql of OPERATIONS_TABLES) this.addSql(sql);
  }
}

export const MIGRATIONS: readonly NamedMigration[] = [
  { name: '0001_create_tables', class: CreateTables },
  { name: '0002_list_orders', class: ListOrders },
  { name: '0003_retry_orders', class: RetryOrders },
  { name: '0004_add_operations', class: AddOperations },
];
