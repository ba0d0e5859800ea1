import { uuidSchema } from '@order-saga/contracts';
import { maySee } from '../auth/principal.ts';
import { connectionOf } from '../connections/connection.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { ordersAsked } from '../orders/orders-asked.ts';
import type { RequestContext } from '../pipeline/context.ts';
import { publicError } from '../pipeline/public-error.ts';

/** Text that is no UUID names nothing, which is an answer and not a fault. */
const idOf = (text: string): string | undefined => uuidSchema.safeParse(text).data;

async function orderOf(text: string, { loaders, principal }: RequestContext) {
  const id = idOf(text);
  const order = id === undefined ? null : await loaders.order.load(id);
  return order !== null && maySee(principal, order.customerId) ? order : null;
}

async function productOf(text: string, { loaders }: RequestContext) {
  const id = idOf(text);
  return id === undefined ? null : loaders.product.load(id);
}

/** As many products as one call of their service names. */
const MAX_IDS = 100;

export const Query: QueryResolvers = {
  viewer: (_root, _args, { principal }) => principal,

  async node(_root, { id }, context) {
    return (await orderOf(id, context)) ?? productOf(id, context);
  },

  order: (_root, { id }, context) => orderOf(id, context),

  orders: (_root, args, context) => {
    const asked = ordersAsked(args.filter, context.principal);
    const sort = args.sort ?? 'created_desc';
    return connectionOf(args, (page) =>
      context.orders((it, options) => it.orders.list.query({ ...asked, sort, ...page }, options)),
    );
  },

  product: (_root, { id }, context) => productOf(id, context),

  products: (_root, args, context) => {
    if (args.ids != null && args.ids.length > MAX_IDS) {
      throw publicError('BAD_USER_INPUT', `\`ids\` must be at most ${MAX_IDS}; found ${args.ids.length}.`);
    }
    const only = args.ids == null ? {} : { ids: args.ids.flatMap((text) => idOf(text) ?? []) };
    return connectionOf(args, (page) =>
      context.products((it, options) => it.products.list.query({ ...only, ...page }, options)),
    );
  },
};
