import { type OrderLine, sumLines } from '@order-saga/contracts';

/**
 * What a client sent with its key, in a form in which equal values are equal texts: a repeat of the key is compared with
 * it (rule C1). Totals, prices and defaults that we derived are no part of it.
 */
export function sentText(sent: unknown): string {
  return JSON.stringify(sent, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The same products in the same quantities are the same, in whatever order and however split they were sent. */
export const sentLines = (lines: readonly OrderLine[]): OrderLine[] =>
  sumLines(lines).sort((a, b) => (a.productId < b.productId ? -1 : 1));
