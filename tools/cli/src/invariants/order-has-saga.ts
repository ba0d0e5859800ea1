import { plural } from './amounts.ts';
import type { Check } from './check.ts';
import type { World } from './world.ts';

/**
 * All of it lies in one database, and one snapshot shows it whole: saga, client key and order row of an accepted order
 * are written by one transaction, or in this order.
 */
const COUNTS = `
  select (select count(*) from saga_transactions) as sagas, (select count(*) from client_keys) as keys,
    (select count(*) from orders where origin = 'ours') as ours,
    (select count(*) from orders where origin = 'foreign') as "foreign"`;

const KEYS_WITHOUT_SAGA = `
  select k.order_id as "orderId", k.saga_id as "sagaId" from client_keys k
  where not exists (select from saga_transactions s where s.id = k.saga_id and s.order_id = k.order_id) limit 100`;

/** A tombstone may be a foreign saga's: its undo came first, and nobody had said whose order it was. */
const ORDERS_WITHOUT_SAGA = `
  select o.id as "orderId", o.saga_id as "sagaId" from orders o
  where o.origin = 'ours'
    and not exists (select from saga_transactions s where s.id = o.saga_id and s.order_id = o.id) limit 100`;

const UNKNOWN = `
  select told.id as "orderId" from unnest($1::uuid[]) as told (id)
  where not exists (select from saga_transactions s where s.order_id = told.id) limit 100`;

interface Ids {
  readonly orderId: string;
  readonly sagaId: string;
}

/** `acknowledged`: orders that a client was answered with, in any way, before the check began. */
export const orderHasSaga = (acknowledged: readonly string[] = []): Check => ({
  number: 1,
  title: 'Every acknowledged order has a saga',
  /** The participant's row is written before its reply, or with it. */
  look({ orderId, sagaId, steps, orderStatus }, book) {
    if (steps.CreateOrder !== 'completed' || orderStatus !== null) return;
    const text = `saga ${sagaId} says that order ${orderId} was created, and there is no such order of it`;
    book.found({ rule: 'saga-without-order', text, orderId, sagaId });
  },
  async ask({ orders }: World, book) {
    const [counts] = await orders<Record<'sagas' | 'keys' | 'ours' | 'foreign', number>>(COUNTS);
    const { sagas = 0, keys = 0, ours = 0, foreign = 0 } = counts ?? {};
    Object.assign(book.figures, { sagas, orders: ours, 'foreign orders': foreign, 'client keys': keys });
    if (acknowledged.length > 0) book.figures.acknowledged = acknowledged.length;
    book.checkedRows = sagas + keys + ours + acknowledged.length;
    book.says = `${plural(sagas, 'saga')} for ${plural(ours, 'created order')} and ${plural(keys, 'client key')}`;
    if (foreign > 0) book.says += `; ${plural(foreign, 'order')} of a foreign orchestrator`;

    for (const ids of await orders<Ids>(KEYS_WITHOUT_SAGA)) {
      const text = `a client's key was answered with order ${ids.orderId}, and its saga ${ids.sagaId} does not exist`;
      book.found({ rule: 'key-without-saga', text, ...ids });
    }
    for (const ids of await orders<Ids>(ORDERS_WITHOUT_SAGA)) {
      const text = `order ${ids.orderId} is ours, and its saga ${ids.sagaId} does not exist`;
      book.found({ rule: 'order-without-saga', text, ...ids });
    }
    if (acknowledged.length === 0) return;
    for (const { orderId } of await orders<Pick<Ids, 'orderId'>>(UNKNOWN, [acknowledged])) {
      const text = `order ${orderId} was acknowledged to a client, and has no saga`;
      book.found({ rule: 'acknowledged-without-saga', text, orderId });
    }
  },
});
