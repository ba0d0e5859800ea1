import { eventually } from '@order-saga/testkit';
import pg from 'pg';
import { expect } from 'vitest';
import type { WholeSystem } from '../../src/index.ts';

type Databases = WholeSystem['databases'];

/** Waits until nothing moves any more, then asks all three databases for everything that must not be there. */
export async function expectInvariants({ databases }: WholeSystem): Promise<void> {
  await eventually(async () => expect(await found(databases, UNFINISHED)).toEqual({}), {
    describe: 'a system at rest',
    timeoutMs: 60_000,
    intervalMs: 100,
  });
  expect(await found(databases, FORBIDDEN)).toEqual({});
}

type Checks = Readonly<Record<string, readonly [keyof Databases, string]>>;

const UNFINISHED: Checks = {
  'unsent rows of orders': ['orders', 'select id, type from outbox_events limit 3'],
  'unsent rows of payments': ['payments', 'select id, type from outbox_events limit 3'],
  'unsent rows of inventory': ['inventory', 'select id, type from outbox_events limit 3'],
  'sagas under way': [
    'orders',
    `select id, status, current_step, attention from saga_transactions
     where status not in ('Completed', 'Compensated', 'Failed') limit 3`,
  ],
  'pending payments': ['payments', `select order_id, method from payments where status = 'pending' limit 3`],
};

const FORBIDDEN: Checks = {
  'an order that disagrees with its saga': [
    'orders',
    `select o.id, o.status, s.status as saga from orders o join saga_transactions s on s.order_id = o.id
     where (o.status = 'approved') <> (s.status = 'Completed') limit 3`,
  ],
  'a gap in a history': [
    'orders',
    `select s.id from saga_transactions s join saga_history h on h.saga_id = s.id
     group by s.id having count(*) <> s.seq or max(h.seq) <> s.seq limit 3`,
  ],
  'stock that is not the sum of its ledger': [
    'inventory',
    `select i.product_id from inventory i join (
       select product_id, sum(delta) as total from restocks group by product_id
     ) r using (product_id)
     where available_quantity + reserved_quantity + sold_quantity <> r.total limit 3`,
  ],
  'money that the provider knows otherwise': [
    'payments',
    `select p.order_id from payments p left join provider_ledger c
       on c.charge_key = p.charge_key and c.kind = 'charge'
     where p.captured_minor <> coalesce(c.amount_minor, 0) limit 3`,
  ],
};

async function found(databases: Databases, checks: Checks): Promise<Record<string, unknown>> {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([what, [database, sql]]) => {
      const rows = await query(databases[database], sql);
      return rows.length === 0 ? [] : [[what, rows] as const];
    }),
  );
  return Object.fromEntries(answers.flat());
}

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
