import type { Sql, Statement } from '@order-saga/messaging';
import type { Reservation } from './reservation.ts';

/** `reservations` on the hot path: locked by key, inserted and turned as sets. */

const COLUMNS = 'order_id, id, saga_id, product_ids, quantities, status';

const LOCK: Statement = {
  name: 'reservations-lock',
  text: `
    select ${COLUMNS} from reservations where order_id = any($1::uuid[])
    order by order_id for update`,
};

/** After a conflict the row in the way may be there under the other unique key, for another order (rule L7). */
const LOCK_BY_EVERY_KEY: Statement = {
  name: 'reservations-lock-by-every-key',
  text: `
    select ${COLUMNS} from reservations where order_id = any($1::uuid[]) or id = any($2::uuid[])
    order by order_id for update`,
};

/** Lines travel as array literals: unnest takes apart nested arrays whole. */
const INSERT: Statement = {
  name: 'reservations-insert',
  text: `
    insert into reservations (order_id, id, saga_id, product_ids, quantities, status)
    select order_id, id, saga_id, product_ids::uuid[], quantities::int[], status
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])
      as r (order_id, id, saga_id, product_ids, quantities, status)`,
};

/** Only what is reserved can turn into something else; each row named must be (rule L2). */
const TURN: Statement = {
  name: 'reservations-turn',
  text: `
    with touched as (
      update reservations r set status = t.status, updated_at = clock_timestamp()
      from unnest($1::uuid[], $2::text[]) as t (order_id, status)
      where r.order_id = t.order_id and r.status = 'reserved'
      returning 1)
    select need(count(*), $3::int) from touched`,
};

interface StoredReservation {
  readonly order_id: string;
  readonly id: string;
  readonly saga_id: string;
  readonly product_ids: readonly string[];
  readonly quantities: readonly number[];
  readonly status: Reservation['status'];
}

export async function lockReservations(
  sql: Sql,
  orderIds: readonly string[],
  alsoIds: readonly string[],
): Promise<Reservation[]> {
  if (orderIds.length === 0) return [];
  const rows =
    alsoIds.length === 0
      ? await sql.rows<StoredReservation>(LOCK, [orderIds])
      : await sql.rows<StoredReservation>(LOCK_BY_EVERY_KEY, [orderIds, alsoIds]);
  return rows.map((row) => ({
    orderId: row.order_id,
    id: row.id,
    sagaId: row.saga_id,
    lines: row.product_ids.map((productId, index) => ({
      productId,
      quantity: row.quantities[index] as number,
    })),
    status: row.status,
  }));
}

export function insertReservations(sql: Sql, rows: readonly Reservation[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(INSERT, [
      rows.map(({ orderId }) => orderId),
      rows.map(({ id }) => id),
      rows.map(({ sagaId }) => sagaId),
      rows.map(({ lines }) => `{${lines.map(({ productId }) => productId).join()}}`),
      rows.map(({ lines }) => `{${lines.map(({ quantity }) => quantity).join()}}`),
      rows.map(({ status }) => status),
    ]),
  ];
}

export function turnReservations(sql: Sql, rows: readonly Reservation[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(TURN, [rows.map(({ orderId }) => orderId), rows.map(({ status }) => status), rows.length]),
  ];
}
