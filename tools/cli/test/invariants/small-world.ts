import { deriveUuid } from '@order-saga/contracts';
import { openInventoryOrm } from '@order-saga/inventory-service';
import { openOrdersDatabase } from '@order-saga/order-service';
import { openPaymentsDatabase } from '@order-saga/payment-service';
import { idempotencyKey } from '@order-saga/saga';
import { silentLog } from '@order-saga/service-kit';
import { migrate } from '@order-saga/service-kit/database';
import { createDatabase } from '@order-saga/testkit';
import pg from 'pg';
import { type CheckOptions, checkInvariants, type InvariantReport } from '../../src/index.ts';
import type { DatabaseName } from '../../src/system/services.ts';
import { type Ending, entriesOf, stepsOf } from './endings.ts';

export const PRODUCT = '11111111-1111-1111-1111-111111111111';
const CUSTOMER = '550e8400-e29b-41d4-a716-446655440000';
const STOCK = 100;
const TOTAL_MINOR = 1_499;

/** Ids of the n-th order, so that a test can name it. */
export const orderId = (n: number): string => deriveUuid('test-order', n);
export const sagaId = (n: number): string => deriveUuid('test-saga', n);

/** Three migrated databases with orders written by SQL as the services would have left them. */
export interface SmallWorld {
  readonly databases: Readonly<Record<DatabaseName, string>>;
  sql(database: DatabaseName, text: string, values?: readonly unknown[]): Promise<void>;
  check(options?: Partial<CheckOptions>): Promise<InvariantReport>;
  close(): Promise<void>;
}

/** Order 1 ends in the first way, order 2 in the second, and so on; each has two pieces of the one product. */
export async function smallWorld(endings: readonly Ending[]): Promise<SmallWorld> {
  const rows: Row[] = [];
  for (const [at, ending] of endings.entries()) addOrder(rows, at + 1, ending);
  addStock(rows, endings);
  const name = endings.map((ending) => ending[0]).join('');
  const database = async (of: DatabaseName) =>
    (
      await createDatabase(of, {
        template: { name: `${of}_${name}`, prepare: (url) => prepare(of, url, rows) },
      })
    ).url;
  const databases = {
    orders: await database('orders'),
    payments: await database('payments'),
    inventory: await database('inventory'),
  };
  const clients = {
    orders: new pg.Client(databases.orders),
    payments: new pg.Client(databases.payments),
    inventory: new pg.Client(databases.inventory),
  };
  await Promise.all(Object.values(clients).map((client) => client.connect()));
  return {
    databases,
    sql: async (of, text, values = []) => void (await clients[of].query(text, [...values])),
    check: (options = {}) => checkInvariants({ databases, mode: 'at-rest', againAfterMs: 10, ...options }),
    close: async () => void (await Promise.all(Object.values(clients).map((client) => client.end()))),
  };
}

type Row = readonly [DatabaseName, string, (readonly unknown[])?];

async function prepare(database: DatabaseName, url: string, rows: readonly Row[]): Promise<void> {
  await MIGRATE[database](url);
  const client = new pg.Client(url);
  await client.connect();
  for (const [of, text, values = []] of rows) if (of === database) await client.query(text, [...values]);
  await client.end();
}

const MIGRATE: Readonly<Record<DatabaseName, (url: string) => Promise<unknown>>> = {
  orders: (url) => migrated(openOrdersDatabase(url, silentLog)),
  payments: (url) => migrated(openPaymentsDatabase(url, silentLog)),
  inventory: (url) => migrated(openInventoryOrm(url, silentLog)),
};

const migrated = (orm: Parameters<typeof migrate>[0]) => migrate(orm, silentLog).finally(() => orm.close());

function addOrder(rows: Row[], n: number, ending: Ending): void {
  const order = {
    orderId: orderId(n),
    customerId: CUSTOMER,
    lines: [{ productId: PRODUCT, quantity: 2 }],
    total: { minor: TOTAL_MINOR, currency: 'USD' },
    paymentMethod: 'test_approve',
  };
  const entries = entriesOf(ending);
  const last = entries.at(-1);
  rows.push([
    'orders',
    `insert into saga_transactions (id, order_id, customer_id, definition, context, status, current_step, direction, steps,
       admitted, seq, rev, wake_at, created_at, updated_at)
     values ($1, $2, $3, 'place-order@1', $4, $5, 5, $6, $7, true, $8, $8, now(), now(), now())`,
    [
      sagaId(n),
      orderId(n),
      CUSTOMER,
      JSON.stringify({ order, traceparent: null }),
      last?.sagaStatus,
      ending === 'approved' ? 'forward' : 'backward',
      JSON.stringify(stepsOf(ending)),
      entries.length,
    ],
  ]);
  rows.push([
    'orders',
    'insert into client_keys values ($1, $2, $3, $4, $5)',
    [CUSTOMER, `key ${n}`, orderId(n), sagaId(n), '{}'],
  ]);
  rows.push([
    'orders',
    `insert into orders (id, saga_id, customer_id, lines, total_minor, currency, payment_method, status, origin)
     values ($1, $2, $3, $4, $5, 'USD', 'test_approve', $6, 'ours')`,
    [orderId(n), sagaId(n), CUSTOMER, JSON.stringify(order.lines), TOTAL_MINOR, last?.orderStatus],
  ]);
  for (const entry of entries)
    rows.push([
      'orders',
      'insert into saga_history (saga_id, seq, entry) values ($1, $2, $3)',
      [sagaId(n), entry.seq, JSON.stringify(entry)],
    ]);
  addPayment(rows, n, ending);
  addReservation(rows, n, ending);
}

function addPayment(rows: Row[], n: number, ending: Ending): void {
  const status = { approved: 'processed', declined: 'declined', 'out of stock': 'refunded' }[ending];
  const captured = ending === 'declined' ? 0 : TOTAL_MINOR;
  const refunded = ending === 'out of stock' ? TOTAL_MINOR : 0;
  const chargeKey = deriveUuid('test-charge', n);
  rows.push([
    'payments',
    `insert into payments (order_id, id, saga_id, charge_key, amount_minor, currency, method, status, captured_minor,
       refunded_minor, waiting)
     values ($1, $2, $3, $4, $5, 'USD', 'test_approve', $6, $7, $8, '{}')`,
    [
      orderId(n),
      deriveUuid('test-payment', n),
      sagaId(n),
      chargeKey,
      TOTAL_MINOR,
      status,
      captured,
      refunded,
    ],
  ]);
  const kinds = { approved: ['charge'], declined: ['decline'], 'out of stock': ['charge', 'refund'] }[ending];
  for (const kind of kinds)
    rows.push([
      'payments',
      `insert into provider_ledger values ($1, $2, $3, 'USD')`,
      [chargeKey, kind, TOTAL_MINOR],
    ]);
  addAnswer(rows, 'payments', n, 'ProcessPayment', ending === 'declined' ? 'failed' : 'succeeded');
  if (ending === 'out of stock') addAnswer(rows, 'payments', n, 'CompensatePayment', 'succeeded');
}

function addReservation(rows: Row[], n: number, ending: Ending): void {
  if (ending === 'declined') return;
  addAnswer(rows, 'inventory', n, 'ReserveInventory', ending === 'approved' ? 'succeeded' : 'failed');
  if (ending !== 'approved') return;
  addAnswer(rows, 'inventory', n, 'ConfirmInventory', 'succeeded');
  rows.push([
    'inventory',
    `insert into reservations (order_id, id, saga_id, product_ids, quantities, status)
     values ($1, $2, $3, $4, '{2}', 'confirmed')`,
    [orderId(n), deriveUuid('test-reservation', n), sagaId(n), [PRODUCT]],
  ]);
}

function addAnswer(rows: Row[], database: DatabaseName, n: number, type: string, outcome: string): void {
  rows.push([
    database,
    `insert into processed_commands (idempotency_key, saga_id, command_id, command_type, outcome, reply)
     values ($1, $2, $3, $4, $5, '{}')`,
    [
      idempotencyKey(sagaId(n), type, 'forward', 0),
      sagaId(n),
      deriveUuid('test-command', n, type),
      type,
      outcome,
    ],
  ]);
}

function addStock(rows: Row[], endings: readonly Ending[]): void {
  const sold = 2 * endings.filter((ending) => ending === 'approved').length;
  rows.push(['inventory', `insert into products values ($1, 'Espresso cup', '{"USD": 1499}')`, [PRODUCT]]);
  rows.push(['inventory', 'insert into inventory values ($1, $2, 0, $3)', [PRODUCT, STOCK - sold, sold]]);
  rows.push(['inventory', `insert into restocks values ('initial', $1, $2, $2)`, [PRODUCT, STOCK]]);
}
