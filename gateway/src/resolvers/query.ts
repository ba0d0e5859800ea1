import { uuidSchema } from '@order-saga/contracts';
import { maySee } from '../auth/principal.ts';
import { connectionOf } from '../connections/connection.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';

/** Text that is no UUID names nothing, which is an answer and not a fault. */
const idOf = (text: string): string | undefined => uuidSchema.safeParse(text).data;

export const Query: QueryResolvers = {
  async order(_root, args, { loaders, principal }) {
    const id = idOf(args.id);
    const order = id === undefined ? null : await loaders.order.load(id);
    return order !== null && maySee(principal, order.customerId) ? order : null;
  },

  orders: (_root, args, context) => {
    const { principal } = context;
    const own = principal.scope === 'all' ? {} : { customerId: principal.customerId };
    return connectionOf(args, (page) =>
      context.orders((it, options) => it.orders.list.query({ ...page, ...own }, options)),
    );
  },

  product: (_root, args, { loaders }) => {
    const id = idOf(args.id);
    return id === undefined ? null : loaders.product.load(id);
  },

  products: (_root, args, context) =>
    connectionOf(args, (page) => context.products((it, options) => it.products.list.query(page, options))),
};
