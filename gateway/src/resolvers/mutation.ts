import type { MutationResolvers } from '../generated/resolvers.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { placeOrder } from '../orders/place-order.ts';

export const Mutation: MutationResolvers = {
  async createOrder(_root, { input }, context) {
    const { order, problems } = await placeOrder(input, context);
    return { order, userErrors: [...problems] };
  },

  async cancelOrder(_root, { input }, context) {
    const { order, problems } = await cancelOrder(input, context);
    return { order, userErrors: [...problems] };
  },
};
