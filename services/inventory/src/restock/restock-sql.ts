import type { Sql, Statement } from '@order-saga/messaging';
import type { Restock } from './decide-restock.ts';

/** The ledger of restocks: a key is inserted once; a second lane with the same key meets 23505 and reads it. */

const SELECT: Statement = {
  name: 'restocks-select',
  text: 'select key, product_id, delta, available_after from restocks where key = any($1::text[])',
};

const INSERT: Statement = {
  name: 'restocks-insert',
  text: `
    insert into restocks (key, product_id, delta, available_after)
    select * from unnest($1::text[], $2::uuid[], $3::bigint[], $4::bigint[])`,
};

interface StoredRestock {
  readonly key: string;
  readonly product_id: string;
  readonly delta: number;
  readonly available_after: number;
}

export async function selectRestocks(sql: Sql, keys: readonly string[]): Promise<Restock[]> {
  if (keys.length === 0) return [];
  const rows = await sql.rows<StoredRestock>(SELECT, [keys]);
  return rows.map((row) => ({
    key: row.key,
    productId: row.product_id,
    delta: row.delta,
    availableAfter: row.available_after,
  }));
}

export function insertRestocks(sql: Sql, rows: readonly Restock[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(INSERT, [
      rows.map(({ key }) => key),
      rows.map(({ productId }) => productId),
      rows.map(({ delta }) => delta),
      rows.map(({ availableAfter }) => availableAfter),
    ]),
  ];
}
