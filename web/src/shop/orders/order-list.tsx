import type { OrderSummaryFragment } from '@order-saga/client';
import { Link } from 'react-router';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Ago } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { piecesIn } from '../cart/cart.ts';
import { priceTag } from '../money.ts';
import styles from './order-list.module.css';
import { StatusBadge } from './status-badge.tsx';
import { useOrders } from './use-orders.ts';

/** The customer's orders, newest first, as they stand now. */
export function OrderList() {
  const {
    data: orders,
    error,
    isPending,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
    refetch,
  } = useOrders();
  return (
    <section aria-labelledby="orders" className={styles.page}>
      <h1 id="orders">Orders</h1>
      {error !== null && orders === undefined ? (
        <Problem title="The orders cannot be shown just now.">
          <p>
            {error.message}. <Button onClick={() => refetch()}>Try again</Button>
          </p>
        </Problem>
      ) : isPending ? (
        <Skeleton lines={6} label="Loading orders" />
      ) : orders?.length === 0 ? (
        <Empty icon="inbox" title="No orders yet">
          <p>
            <Link to="/">Choose something</Link> and follow it here.
          </p>
        </Empty>
      ) : (
        <Card isPadded={false}>
          <ul>
            {orders?.map((order) => (
              <OrderRow key={order.id} order={order} />
            ))}
          </ul>
        </Card>
      )}
      {hasNextPage ? (
        <Button isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          Older orders
        </Button>
      ) : null}
    </section>
  );
}

function OrderRow({ order }: { order: OrderSummaryFragment }) {
  return (
    <li className={styles.row}>
      <Link to={`/orders/${order.id}`}>
        <span className={styles.what}>{contentsOf(order)}</span>
        <span className={styles.why}>
          {order.failure === null ? <Ago at={order.createdAt} /> : order.failure.message}
        </span>
      </Link>
      <span className={`${styles.total} figures`}>{priceTag(order.total)}</span>
      <StatusBadge status={order.status} isUndoing={order.status === 'CREATED' && order.failure !== null} />
    </li>
  );
}

/** `2 × Espresso cup, Moka pot` */
export const contentsOf = ({ lines }: Pick<OrderSummaryFragment, 'lines'>): string =>
  lines
    .map(({ quantity, product }) => {
      const name = product?.name ?? 'a product';
      return quantity === 1 ? name : `${quantity} × ${name}`;
    })
    .join(', ');

export const piecesInWords = ({ lines }: Pick<OrderSummaryFragment, 'lines'>): string => {
  const pieces = piecesIn(lines);
  return pieces === 1 ? '1 piece' : `${pieces} pieces`;
};
