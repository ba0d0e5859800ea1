import { DEFAULT_PAYMENT_METHOD, PAYMENT_METHODS, type PaymentMethod } from '@order-saga/contracts';
import type { OrderLineResolvers, OrderResolvers, PaymentResolvers } from '../generated/resolvers.ts';

export const Order: OrderResolvers = {
  needsAttention: ({ saga }) => saga !== null && saga.attention !== null,

  paymentMethod: ({ paymentMethod }) =>
    // A foreign orchestrator may name a method of its own; the schema knows ours.
    PAYMENT_METHODS.includes(paymentMethod as PaymentMethod)
      ? (paymentMethod as PaymentMethod)
      : DEFAULT_PAYMENT_METHOD,

  async payment({ id }, _args, { loaders }) {
    const payment = await loaders.payment.load(id);
    // A tombstone only says that a late charge must not happen: to a customer there is no payment.
    return payment === null || payment.status === 'tombstone' ? null : payment;
  },

  async retryOf({ id }, _args, { loaders }) {
    const { retryOf } = await loaders.retries.load(id);
    return retryOf === null ? null : loaders.order.load(retryOf);
  },

  async retriedBy({ id }, _args, { loaders }) {
    const { retriedBy } = await loaders.retries.load(id);
    return retriedBy === null ? null : loaders.order.load(retriedBy);
  },
};

export const OrderLine: OrderLineResolvers = {
  product: ({ productId }, _args, { loaders }) => loaders.product.load(productId),
};

export const Payment: PaymentResolvers = {
  captured: ({ capturedMinor, amount }) => ({ minor: capturedMinor, currency: amount.currency }),
  refunded: ({ refundedMinor, amount }) => ({ minor: refundedMinor, currency: amount.currency }),
};
