import { Migration } from '@mikro-orm/migrations';
import { MESSAGING_TABLES, OPERATIONS_TABLES } from '@order-saga/messaging';
import type { NamedMigration } from '@order-saga/service-kit/database';

/**
 * The fill factors leave room on the page, and no index holds a quantity or a status: an update on the hot path stays in
 * its page (HOT) and touches no index.
 */
const TABLES: readonly string[] = [
  `create table products (
    id uuid primary key,
    name text not null,
    prices jsonb not null,
    constraint products_name_check check (name <> ''),
    constraint products_prices_check check (jsonb_typeof(prices) = 'object')
  )`,
  'create index products_name_id_index on products (name, id)',
  `comment on column products.prices is 'per currency, in minor units; a currency without an entry cannot buy the product'`,
  `create table inventory (
    product_id uuid primary key,
    available_quantity bigint not null,
    reserved_quantity bigint not null,
    sold_quantity bigint not null,
    constraint inventory_available_quantity_check check (available_quantity >= 0),
    constraint inventory_reserved_quantity_check check (reserved_quantity >= 0),
    constraint inventory_sold_quantity_check check (sold_quantity >= 0)
  ) with (fillfactor = 30)`,
  `create table reservations (
    order_id uuid primary key,
    id uuid not null,
    saga_id uuid not null,
    product_ids uuid[] not null,
    quantities int[] not null,
    status text not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint reservations_id_unique unique (id),
    constraint reservations_status_check check (status in ('reserved', 'confirmed', 'released', 'tombstone')),
    constraint reservations_lines_check check (cardinality(product_ids) = cardinality(quantities))
  ) with (fillfactor = 70)`,
  `comment on table reservations is 'one row per order, whichever of its action and its undo came first'`,
  `comment on column reservations.status is 'tombstone: undone before it was made; its late action is refused'`,
  `create table restocks (
    key text primary key,
    product_id uuid not null,
    delta bigint not null,
    available_after bigint not null,
    restocked_at timestamptz not null default clock_timestamp()
  )`,
  `comment on table restocks is 'the ledger of stock: all that a product has, reserved and sold ones included, is the sum of its deltas'`,
  `comment on column restocks.available_after is 'the answer, for a repeat of the key'`,
];

class CreateInventory extends Migration {
  override up(): void {
    for (const statement of [...MESSAGING_TABLES, ...TABLES]) this.addSql(statement);
  }
}

class AddOperations extends Migration {
  override up(): void {
    for (const statement of OPERATIONS_TABLES) this.addSql(statement);
  }
}

export const INVENTORY_MIGRATIONS: readonly NamedMigration[] = [
  { name: '0001_create_inventory', class: CreateInventory },
  { name: '0002_add_operations', class: AddOperations },
];
