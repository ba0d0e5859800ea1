import { uuidSchema } from '@order-saga/contracts';
import { maySee } from '../auth/principal.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';
import type { OrderUpdate } from '../order-feed/order-stream.ts';
import { isAsked, ordersAsked } from '../orders/orders-asked.ts';
import type { RequestContext } from '../pipeline/context.ts';
import { publicError } from '../pipeline/public-error.ts';
import type { SagaStatusUpdate } from '../saga-feed/course.ts';
import { orderNotFound } from '../saga-feed/feed.ts';

export const Subscription: SubscriptionResolvers = {
  sagaStatus: {
    // biome-ignore lint/suspicious/noExplicitAny: the generated type wants each event wrapped by the field's name, which `resolve` makes needless
    subscribe: async (_root, args, { feed, principal }): Promise<any> => {
      const orderId = uuidSchema.safeParse(args.orderId).data;
      if (orderId === undefined) throw orderNotFound();
      const afterVersion = args.afterVersion ?? undefined;
      if (afterVersion !== undefined && afterVersion < 0) {
        throw publicError('BAD_USER_INPUT', '`afterVersion` must be 0 or a version that you were told.');
      }
      return feed.watch({
        orderId,
        afterVersion,
        mayWatch(order) {
          if (!maySee(principal, order.customerId)) throw orderNotFound();
        },
      });
    },
    resolve: (update: SagaStatusUpdate) => update,
  },

  orderUpdates: {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    subscribe: async (_root, args, { orderFeed, principal }): Promise<any> => {
      const asked = ordersAsked(args.filter, principal);
      const customerId = asked.customerId ?? principal.customerId;
      if (customerId === null) {
        throw publicError(
          'BAD_USER_INPUT',
          'You are no customer yourself: say whose orders with filter.customerId.',
        );
      }
      return orderFeed.watch({
        customerId,
        after: args.after ?? undefined,
        isWanted: (order) => isAsked(asked, order),
      });
    },
    resolve: (update: OrderUpdate, _args: unknown, context: RequestContext) => {
      context.forgetLoaded();
      return update;
    },
  },
};
