import type { MikroORM } from '@mikro-orm/postgresql';
import type { LeaseTerms } from '../payments/lease.ts';
import type { Payment } from '../payments/payment.ts';
import { PAYMENT_COLUMNS, type PaymentRow, paymentOf } from '../payments/payment-sql.ts';

export interface Claim {
  readonly payment: Payment;
  readonly leaseMs: number;
}

/** Takes pending payments whose lease has run out; with `ownToo` also those that this instance held in a former life. */
export interface LeaseClaims {
  claim(options: { readonly limit: number; readonly ownToo: boolean }): Promise<readonly Claim[]>;
}

/**
 * One autocommit statement, so that no lock outlives it; rows that a lane or another replica holds are skipped. It moves
 * the lease and nothing else: what becomes of the payment is decided in the lanes (rule L5).
 */
export const leaseClaims = (orm: MikroORM, terms: LeaseTerms): LeaseClaims => ({
  async claim({ limit, ownToo }) {
    const rows = await orm.em.fork().execute<(PaymentRow & { lease_ms: number })[]>(
      // The rows are chosen apart, so that the plan cannot choose again, and more, while it updates.
      `with due as materialized (
         select order_id as due_id from payments
         where lease_until is not null and (lease_until < now() or (? and lease_by <> ? and split_part(lease_by, '#', 1) = split_part(?, '#', 1)))
         order by lease_until limit ? for update skip locked)
       update payments p set attempts = p.attempts + 1, lease_by = ?, updated_at = clock_timestamp(),
         lease_until = clock_timestamp()
           + least(? * power(2, least(p.attempts, 20)), ?) * interval '1 millisecond'
       from due where p.order_id = due.due_id
       returning ${PAYMENT_COLUMNS},
         extract(epoch from lease_until - clock_timestamp())::float8 * 1000 as lease_ms`,
      [ownToo, terms.by, terms.by, limit, terms.by, terms.firstMs, terms.longestMs],
    );
    return rows.map((row) => ({ payment: paymentOf(row), leaseMs: row.lease_ms }));
  },
});
