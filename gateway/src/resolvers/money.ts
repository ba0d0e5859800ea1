import { formatAmount } from '@order-saga/contracts';
import type { MoneyResolvers } from '../generated/resolvers.ts';

export const Money: MoneyResolvers = {
  amount: (money) => formatAmount(money),
  currencyCode: ({ currency }) => currency,
};
