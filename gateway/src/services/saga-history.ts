import { BoundedMap } from '../pipeline/bounded-map.ts';
import type { OrderIdentity, SagaHistory } from '../saga-feed/history.ts';
import type { Services } from './services.ts';

const MAX_IDENTITIES = 10_000;

/** The history as the order service tells it. Remembers what never changes: whose order it is and which saga's. */
export interface RemoteSagaHistory extends SagaHistory {
  /** Of an order that was just placed here: whoever watches it next saves a hop. */
  remember(order: { id: string; customerId: string; saga: { id: string } | null }): void;
}

export function sagaHistoryOf(orders: Services['orders']): RemoteSagaHistory {
  const identities = new BoundedMap<string, OrderIdentity>(MAX_IDENTITIES);

  const remember: RemoteSagaHistory['remember'] = ({ id, customerId, saga }) => {
    // An order without a saga is not remembered: it is rare, and nobody waits for it on the hot path.
    if (saga !== null) identities.set(id, { orderId: id, customerId, sagaId: saga.id });
  };

  return {
    remember,

    async identify(orderId) {
      const known = identities.get(orderId);
      if (known !== undefined) return known;
      const order = await orders.call(undefined, (it, options) =>
        it.orders.byId.query({ id: orderId }, options),
      );
      if (order === null) return null;
      remember(order);
      return { orderId, customerId: order.customerId, sagaId: order.saga?.id ?? null };
    },

    after: (sagaId, seq) =>
      orders.call(undefined, (it, options) => it.sagas.history.query({ sagaId, afterSeq: seq }, options)),

    async versions(orderIds) {
      const found = await orders.call(undefined, (it, options) =>
        it.orders.byIds.query({ ids: [...orderIds] }, options),
      );
      return found.map((order) => order?.version ?? null);
    },
  };
}
