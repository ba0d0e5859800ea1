import type { NodeResolvers } from '../generated/resolvers.ts';

/** An order has a customer; nothing else with an id has. */
export const Node: NodeResolvers = {
  __resolveType: (node) => ('customerId' in node ? 'Order' : 'Product'),
};
