import type { Currency, PaymentStatus } from '@order-saga/contracts';
import type { InboxRow, Sql, Statement } from '@order-saga/messaging';
import type { Payment } from './payment.ts';

/** `payments` on the hot path: set-based, prepared, without the ORM. */

export const PAYMENT_COLUMNS = `
  order_id, id, saga_id, charge_key, amount_minor, currency, method, status, captured_minor, refunded_minor,
  decline_code, waiting, extract(epoch from lease_until)::float8 * 1000 as lease_until, lease_by, attempts,
  extract(epoch from created_at)::float8 * 1000 as created_at,
  extract(epoch from updated_at)::float8 * 1000 as updated_at`;

/** Locked in key order, before anything else is read (rule L1). */
const LOCK: Statement = {
  name: 'payments-lock',
  text: `select ${PAYMENT_COLUMNS} from payments where order_id = any($1::uuid[]) order by order_id for update`,
};

const LOCK_BY_BOTH_KEYS: Statement = {
  name: 'payments-lock-by-both-keys',
  text: `
    select ${PAYMENT_COLUMNS} from payments
    where order_id = any($1::uuid[]) or id = any($2::uuid[]) order by order_id for update`,
};

/** The commands' own rows, and those that wait for the outcome of the payments in $2. */
const INBOX: Statement = {
  name: 'payments-inbox',
  text: `
    select idempotency_key as "idempotencyKey", saga_id as "sagaId", command_id as "commandId",
      command_type as "commandType", outcome, reply
    from processed_commands
    where idempotency_key = any(array(
      select unnest($1::text[])
      union select unnest(waiting) from payments where order_id = any($2::uuid[])))`,
};

const INSERT: Statement = {
  name: 'payments-insert',
  text: `
    insert into payments (order_id, id, saga_id, charge_key, amount_minor, currency, method, status, captured_minor,
      refunded_minor, decline_code, waiting, lease_until, lease_by, attempts, created_at, updated_at)
    select order_id, id, saga_id, charge_key, amount_minor, currency, method, status, captured_minor,
      refunded_minor, decline_code, waiting::text[], to_timestamp(lease_until / 1000), lease_by, attempts,
      to_timestamp(created_at / 1000), to_timestamp(updated_at / 1000)
    from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::float8[], $8::text[],
      $9::int[], $10::float8[], $11::uuid[], $12::uuid[], $13::uuid[], $14::bigint[], $15::text[], $16::text[],
      $17::float8[])
      as new (order_id, status, captured_minor, refunded_minor, decline_code, waiting, lease_until, lease_by, attempts,
        updated_at, id, saga_id, charge_key, amount_minor, currency, method, created_at)`,
};

const UPDATE: Statement = {
  name: 'payments-update',
  text: `
    with touched as (
      update payments p set status = moved.status, captured_minor = moved.captured_minor,
        refunded_minor = moved.refunded_minor, decline_code = moved.decline_code, waiting = moved.waiting::text[],
        lease_until = to_timestamp(moved.lease_until / 1000), lease_by = moved.lease_by, attempts = moved.attempts,
        updated_at = to_timestamp(moved.updated_at / 1000)
      from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::float8[],
          $8::text[], $9::int[], $10::float8[])
        as moved (order_id, status, captured_minor, refunded_minor, decline_code, waiting, lease_until, lease_by,
          attempts, updated_at)
      where p.order_id = moved.order_id and p.status in ('pending', 'processed')
      returning 1)
    select need(count(*), $11::bigint) from touched`,
};

export interface PaymentRow {
  readonly order_id: string;
  readonly id: string;
  readonly saga_id: string;
  readonly charge_key: string;
  readonly amount_minor: number | string;
  readonly currency: Currency;
  readonly method: string;
  readonly status: PaymentStatus;
  readonly captured_minor: number | string;
  readonly refunded_minor: number | string;
  readonly decline_code: string | null;
  readonly waiting: readonly string[];
  readonly lease_until: number | null;
  readonly lease_by: string | null;
  readonly attempts: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export const paymentOf = (row: PaymentRow): Payment => ({
  orderId: row.order_id,
  id: row.id,
  sagaId: row.saga_id,
  chargeKey: row.charge_key,
  amount: { minor: Number(row.amount_minor), currency: row.currency },
  method: row.method,
  status: row.status,
  capturedMinor: Number(row.captured_minor),
  refundedMinor: Number(row.refunded_minor),
  declineCode: row.decline_code,
  waiting: row.waiting,
  leaseUntil: row.lease_until === null ? null : Math.round(row.lease_until),
  leaseBy: row.lease_by,
  attempts: row.attempts,
  createdAt: Math.round(row.created_at),
  updatedAt: Math.round(row.updated_at),
});

export async function lockPayments(
  sql: Sql,
  orderIds: readonly string[],
  paymentIds: readonly string[],
): Promise<Payment[]> {
  const rows =
    paymentIds.length === 0
      ? await sql.rows<PaymentRow>(LOCK, [orderIds])
      : await sql.rows<PaymentRow>(LOCK_BY_BOTH_KEYS, [orderIds, paymentIds]);
  return rows.map(paymentOf);
}

export const selectInboxWithWaiting = (
  sql: Sql,
  keys: readonly string[],
  settledOrderIds: readonly string[],
): Promise<InboxRow[]> => sql.rows<InboxRow>(INBOX, [keys, settledOrderIds]);

export function insertPayments(sql: Sql, payments: readonly Payment[]): readonly Promise<unknown>[] {
  if (payments.length === 0) return [];
  return [
    sql.rows(INSERT, [
      ...changingColumns(payments),
      payments.map((payment) => payment.id),
      payments.map((payment) => payment.sagaId),
      payments.map((payment) => payment.chargeKey),
      payments.map((payment) => payment.amount.minor),
      payments.map((payment) => payment.amount.currency),
      payments.map((payment) => payment.method),
      payments.map((payment) => payment.createdAt),
    ]),
  ];
}

/** Each of them must still be where a payment can move from (rule L2). */
export function updatePayments(sql: Sql, payments: readonly Payment[]): readonly Promise<unknown>[] {
  if (payments.length === 0) return [];
  return [sql.rows(UPDATE, [...changingColumns(payments), payments.length])];
}

const changingColumns = (payments: readonly Payment[]): unknown[][] => [
  payments.map((payment) => payment.orderId),
  payments.map((payment) => payment.status),
  payments.map((payment) => payment.capturedMinor),
  payments.map((payment) => payment.refundedMinor),
  payments.map((payment) => payment.declineCode),
  payments.map((payment) => arrayLiteral(payment.waiting)),
  payments.map((payment) => payment.leaseUntil),
  payments.map((payment) => payment.leaseBy),
  payments.map((payment) => payment.attempts),
  payments.map((payment) => payment.updatedAt),
];

/** `unnest` flattens an array of arrays, so a list within a column travels as PostgreSQL's own text form of it. */
const arrayLiteral = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
