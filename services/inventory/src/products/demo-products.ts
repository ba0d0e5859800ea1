import type { MikroORM } from '@mikro-orm/postgresql';
import type { Currency } from '@order-saga/contracts';
import type { Log } from '@order-saga/service-kit';

interface DemoProduct {
  readonly id: string;
  readonly name: string;
  readonly prices: Partial<Record<Currency, number>>;
  readonly stock: number;
}

/** The seed's three products, with its stock; 99999999-… stays unknown. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  {
    id: '11111111-1111-1111-1111-111111111111',
    name: 'Espresso cup',
    prices: { USD: 1_499, EUR: 1_390, GBP: 1_190, JPY: 2_200 },
    stock: 100,
  },
  {
    id: '22222222-2222-2222-2222-222222222222',
    name: 'Moka pot',
    prices: { USD: 3_999, EUR: 3_690, GBP: 3_190, JPY: 5_900 },
    stock: 50,
  },
  {
    id: '33333333-3333-3333-3333-333333333333',
    name: 'Coffee grinder',
    prices: { USD: 9_999, EUR: 9_190, GBP: 7_990, JPY: 14_800 },
    stock: 25,
  },
];

/**
 * A set-up command and never a migration (seed defect 79). Safe to repeat, also while the service runs: it only adds
 * rows that are not there, the stock as the first line of its ledger.
 */
export async function addDemoProducts(orm: MikroORM, log: Log): Promise<void> {
  const added = await orm.em.fork().execute<{ product_id: string }[]>(
    `with given as (
       select * from jsonb_to_recordset(?::jsonb) as g (id uuid, name text, prices jsonb, stock bigint)
     ), named as (
       insert into products (id, name, prices) select id, name, prices from given on conflict do nothing
     ), stocked as (
       insert into inventory (product_id, available_quantity, reserved_quantity, sold_quantity)
       select id, stock, 0, 0 from given
       on conflict do nothing returning product_id, available_quantity
     )
     insert into restocks (key, product_id, delta, available_after)
     select 'initial stock of ' || product_id, product_id, available_quantity, available_quantity from stocked
     returning product_id`,
    [JSON.stringify(DEMO_PRODUCTS)],
  );
  log.info({ products: added.map((row) => row.product_id) }, 'the demo products are there');
}
