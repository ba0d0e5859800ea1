import { amountText, plural } from './amounts.ts';
import type { Check } from './check.ts';

/**
 * `payments` and the provider's ledger lie in one database, and one snapshot shows both. The provider writes first: what
 * the payments say is captured or returned must be in its book; its book may be ahead of a payment that is not yet final.
 */
const DISAGREEMENTS = `
  with book as (
    select charge_key,
      coalesce(sum(amount_minor) filter (where kind = 'charge'), 0) as charged,
      coalesce(sum(amount_minor) filter (where kind = 'refund'), 0) as returned,
      count(*) filter (where kind = 'charge') as charges, count(*) filter (where kind = 'refund') as refunds,
      min(currency) filter (where kind = 'charge') as currency
    from provider_ledger group by charge_key),
  compared as (
    select p.order_id as "orderId", p.saga_id as "sagaId", b.charge_key as key, p.status, p.captured_minor as captured,
      p.refunded_minor as refunded, p.amount_minor as amount, coalesce(b.currency, p.currency) as currency,
      b.charged, b.returned, b.charges, b.refunds,
      case
        when b.charges > 1 or b.refunds > 1 then 'more-than-one-movement'
        when b.returned > b.charged then 'more-returned-than-charged'
        when p.order_id is null then case when b.charges > 0 then 'charge-of-no-payment' end
        when p.refunded_minor > p.captured_minor or p.captured_minor not in (0, p.amount_minor) then 'impossible-amounts'
        when b.charge_key is null then case when p.status <> 'pending' then 'unknown-to-provider' end
        when b.charges > 0 and b.currency <> p.currency then 'other-currency'
        when p.status <> 'pending' and p.captured_minor <> b.charged then 'captured-differs'
        when p.status = 'processed' and b.returned > 0 then case when $1 then 'returned-differs' end
        when p.status not in ('pending', 'processed') and p.refunded_minor <> b.returned then 'returned-differs'
        when p.status = 'pending' and $1 then 'still-pending'
      end as rule
    from payments p full join book b on b.charge_key = p.charge_key)
  select * from compared where rule is not null limit 100`;

const COUNTS = `
  select (select count(*) from payments) as payments, (select count(*) from provider_ledger) as movements,
    (select count(*) from payments where captured_minor > 0) as captured,
    (select count(*) from payments where refunded_minor > 0) as refunded`;

const TWICE = `
  select saga_id as "sagaId", count(*) as payments, (array_agg(order_id))[1] as "orderId" from payments
  group by saga_id having count(*) filter (where captured_minor > 0) > 1 limit 100`;

interface Compared {
  readonly orderId: string | null;
  readonly sagaId: string | null;
  readonly key: string | null;
  readonly status: string | null;
  readonly captured: number;
  readonly refunded: number;
  readonly currency: string;
  readonly charged: number | null;
  readonly returned: number | null;
  readonly charges: number | null;
  readonly refunds: number | null;
  readonly rule: string;
}

export const moneyOnce: Check = {
  number: 2,
  title: 'One charge and one refund per order at most, and the provider agrees',
  look({ payment, orderId, sagaId, totalMinor, currency }, book) {
    if (payment?.sagaId !== sagaId) return;
    if (payment.amountMinor === totalMinor && payment.currency === currency) return;
    const asked = amountText(payment.amountMinor, payment.currency);
    const text = `order ${orderId} costs ${amountText(totalMinor, currency)}, and its payment is over ${asked}`;
    book.found({ rule: 'other-amount-than-the-order', text, orderId, sagaId });
  },
  async ask({ payments, mode }, book) {
    const [counts] =
      await payments<Record<'payments' | 'movements' | 'captured' | 'refunded', number>>(COUNTS);
    const { payments: rows = 0, movements = 0, captured = 0, refunded = 0 } = counts ?? {};
    Object.assign(book.figures, { payments: rows, captured, refunded, 'provider movements': movements });
    book.checkedRows = rows + movements;
    book.says = `${plural(captured, 'charge')} and ${plural(refunded, 'refund')} in ${plural(rows, 'payment')}; the provider's book of ${plural(movements, 'movement')} agrees`;

    for (const row of await payments<Compared>(DISAGREEMENTS, [mode === 'at-rest'])) {
      const ids = row.orderId === null ? {} : { orderId: row.orderId, sagaId: row.sagaId ?? '' };
      const isLate = row.rule === 'still-pending' || row.status === 'processed';
      book.found({ rule: row.rule, text: said(row), ...ids, ...(isLate ? { suspect: true } : {}) });
    }
    for (const { orderId, sagaId, payments: count } of await payments<{
      orderId: string;
      sagaId: string;
      payments: number;
    }>(TWICE)) {
      const text = `saga ${sagaId} has captured ${count} payments, one of them for order ${orderId}`;
      book.found({ rule: 'charged-twice', text, orderId, sagaId });
    }
    if (Object.keys(book.figures).length > 0 && rows === 0) book.says = 'no payment yet';
  },
};

function said(row: Compared): string {
  const { orderId, currency } = row;
  const ours =
    orderId === null
      ? `charge ${row.key} belongs to no payment`
      : `order ${orderId}: its payment is ${row.status} with ${amountText(row.captured, currency)} captured and ${amountText(row.refunded, currency)} returned`;
  const provider =
    row.key === null
      ? 'the provider has never heard of it'
      : `the provider has ${plural(row.charges ?? 0, 'charge')} of ${amountText(row.charged ?? 0, currency)} and ${plural(row.refunds ?? 0, 'refund')} of ${amountText(row.returned ?? 0, currency)}`;
  return `${ours}; ${provider}`;
}
