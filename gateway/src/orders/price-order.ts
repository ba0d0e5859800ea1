import { formatAmount, maxAmountMinor, type ProductView } from '@order-saga/contracts';
import type { SentOrder } from './sent-order.ts';
import { type PlaceOrderProblem, problem } from './user-errors.ts';

export type PricedOrder =
  | { readonly ok: true; readonly totalMinor: number }
  | { readonly ok: false; readonly problems: PlaceOrderProblem[] };

/** What the order costs by these products' prices. `products` stand in the order of the lines. */
export function priceOrder(
  order: SentOrder,
  products: readonly (ProductView | null | undefined)[],
): PricedOrder {
  const problems: PlaceOrderProblem[] = [];
  let totalMinor = 0;
  order.lines.forEach(({ quantity }, index) => {
    const product = products[index];
    const price = product?.prices.find(({ currency }) => currency === order.currency);
    if (!product) {
      problems.push(problem('PRODUCT_UNKNOWN', 'there is no such product', 'lines', index, 'productId'));
    } else if (price === undefined) {
      const sold = product.prices.map(({ currency }) => currency).join(', ') || 'no currency';
      problems.push(
        problem(
          'CURRENCY_NOT_SOLD',
          `${product.name} is not sold in ${order.currency}, but in ${sold}`,
          'lines',
          index,
          'productId',
        ),
      );
    } else {
      totalMinor += price.minor * quantity;
    }
  });
  if (problems.length > 0) return { ok: false, problems };

  const { currency, expectedTotal } = order;
  if (totalMinor > maxAmountMinor(currency)) {
    const most = formatAmount({ minor: maxAmountMinor(currency), currency });
    return refused(problem('TOTAL_TOO_LARGE', `one order may cost at most ${most} ${currency}`, 'lines'));
  }
  if (expectedTotal !== null && expectedTotal.minor !== totalMinor) {
    const [is, was] = [totalMinor, expectedTotal.minor].map((minor) => formatAmount({ minor, currency }));
    return refused(
      problem(
        'PRICE_CHANGED',
        `the order costs ${is} ${currency} now, not ${was}`,
        'expectedTotal',
        'amount',
      ),
    );
  }
  return { ok: true, totalMinor };
}

const refused = (only: PlaceOrderProblem): PricedOrder => ({ ok: false, problems: [only] });
