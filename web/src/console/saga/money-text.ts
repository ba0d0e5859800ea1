import type { Money } from '@order-saga/contracts';

const decimals = new Map<string, number>();

/** `$14.99`: minor units as people write them. */
export function moneyText({ minor, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const scale = decimals.get(currency) ?? format.resolvedOptions().maximumFractionDigits ?? 2;
  decimals.set(currency, scale);
  return format.format(minor / 10 ** scale);
}
