import type { CurrencyCode, MoneyPartsFragment } from '@order-saga/client';

/** Amounts are decimal text and are added as whole numbers of their smallest coin. */
export type Money = MoneyPartsFragment;

const decimalsOf = (amount: string): number => (amount.split('.')[1] ?? '').length;
const minorOf = (amount: string): bigint => BigInt(amount.replace('.', ''));

export function times({ amount, currencyCode }: Money, quantity: number): Money {
  return { amount: decimalText(minorOf(amount) * BigInt(quantity), decimalsOf(amount)), currencyCode };
}

/** All in one currency; null for nothing at all. */
export function sum(amounts: readonly Money[]): Money | null {
  const [first] = amounts;
  if (first === undefined) return null;
  const total = amounts.reduce((minor, { amount }) => minor + minorOf(amount), 0n);
  return { amount: decimalText(total, decimalsOf(first.amount)), currencyCode: first.currencyCode };
}

function decimalText(minor: bigint, decimals: number): string {
  if (decimals === 0) return String(minor);
  const digits = String(minor).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** `$14.99` */
export const priceTag = ({ amount, currencyCode }: Money): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).format(amount as `${number}`);

export const priceIn = (prices: readonly Money[], currency: CurrencyCode): Money | undefined =>
  prices.find(({ currencyCode }) => currencyCode === currency);

export const isZero = ({ amount }: Money): boolean => minorOf(amount) === 0n;
