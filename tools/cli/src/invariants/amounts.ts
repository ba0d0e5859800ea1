import { formatAmount, isCurrency } from '@order-saga/contracts';

/** `12.34 USD`, for people. */
export const amountText = (minor: number, currency: string): string =>
  isCurrency(currency)
    ? `${formatAmount({ minor, currency })} ${currency}`
    : `${minor} minor units of ${currency}`;

/** Amounts of several currencies, which cannot be added. */
export const amountsText = (amounts: ReadonlyMap<string, number>): string => {
  const parts = [...amounts].filter(([, minor]) => minor !== 0);
  return parts.length === 0
    ? 'nothing'
    : parts.map(([currency, minor]) => amountText(minor, currency)).join(' and ');
};

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
