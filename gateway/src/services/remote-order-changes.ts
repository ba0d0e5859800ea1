import type { OrderChangesSource } from '../order-feed/order-changes.ts';
import { publicError } from '../pipeline/public-error.ts';
import { refusalOf } from './peer.ts';
import type { Services } from './services.ts';

/** Orders that a stream is told at once; a subscriber that takes its time holds no more. */
const PAGE = 50;

/** The changes of a customer's orders as the order service tells them. */
export const remoteOrderChanges = (orders: Services['orders']): OrderChangesSource => ({
  changes: (customerId, after) =>
    orders
      .call(undefined, (it, options) =>
        it.orders.changes.query(
          { customerId, limit: PAGE, ...(after === undefined ? {} : { after }) },
          options,
        ),
      )
      .catch((error: unknown) => {
        throw refusalOf(error) === 'INVALID_INPUT' ? notACursor() : error;
      }),

  moved: (places) =>
    orders.call(undefined, (it, options) => it.orders.moved.query({ since: [...places] }, options)),
});

const notACursor = (): Error =>
  publicError(
    'BAD_USER_INPUT',
    'This is no cursor of these updates, or the data it is of was replaced: subscribe without `after`, and read the list again.',
  );
