import type { Sql, Statement } from '@order-saga/messaging';
import { type Stock, stored } from './stock.ts';

/** `inventory` on the hot path: locked in product order, moved as a set, one row per product. */

/**
 * The products of the commands, and of the reservations that may be released or confirmed: those are locked by the
 * statement before. Without the ordered lock, updates of hot products deadlock (rule L1).
 */
const LOCK: Statement = {
  name: 'stock-lock',
  text: `
    select product_id, available_quantity, reserved_quantity, sold_quantity from inventory
    where product_id = any($1::uuid[] || array(
      select unnest(product_ids) from reservations where order_id = any($2::uuid[])))
    order by product_id for update`,
};

/** Sums, not results: the stock equation holds even where a lock is missing, because CHECK refuses the rest (seed defect 54). */
const MOVE: Statement = {
  name: 'stock-move',
  text: `
    with touched as (
      update inventory i set
        available_quantity = i.available_quantity + m.available,
        reserved_quantity = i.reserved_quantity + m.reserved,
        sold_quantity = i.sold_quantity + m.sold
      from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) as m (product_id, available, reserved, sold)
      where i.product_id = m.product_id
      returning 1)
    select need(count(*), $5::int) from touched`,
};

interface StoredStock {
  readonly product_id: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly sold_quantity: number;
}

export async function lockStock(
  sql: Sql,
  productIds: readonly string[],
  ofOrders: readonly string[],
): Promise<Stock[]> {
  if (productIds.length === 0 && ofOrders.length === 0) return [];
  const rows = await sql.rows<StoredStock>(LOCK, [productIds, ofOrders]);
  return rows.map((row) =>
    stored(row.product_id, {
      available: row.available_quantity,
      reserved: row.reserved_quantity,
      sold: row.sold_quantity,
    }),
  );
}

export function moveStock(sql: Sql, rows: readonly Stock[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(MOVE, [
      rows.map(({ productId }) => productId),
      rows.map(({ change }) => change.available),
      rows.map(({ change }) => change.reserved),
      rows.map(({ change }) => change.sold),
      rows.length,
    ]),
  ];
}
