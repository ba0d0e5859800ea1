import type { OrderDetailsFragment } from '@order-saga/client';
import { Link, useParams } from 'react-router';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Ago } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { isZero, priceTag, times } from '../money.ts';
import { type Journey, journeyOf } from './journey.ts';
import { JourneyView } from './journey-view.tsx';
import { OrderActions } from './order-actions.tsx';
import { contentsOf, piecesInWords } from './order-list.tsx';
import styles from './order-page.module.css';
import { StatusBadge } from './status-badge.tsx';
import { useCourse, useOrder } from './use-orders.ts';

/** One order as it happens. Everything on it comes from the order's address, so a reload loses nothing. */
export function OrderPage() {
  const { id = '' } = useParams();
  return <OrderById key={id} id={id} />;
}

function OrderById({ id }: { id: string }) {
  const { data: order, error, isPending } = useOrder(id);
  const { updates, error: lost } = useCourse(id);
  if (order === null) {
    return (
      <Empty icon="inbox" title="There is no such order">
        <p>
          It may be another customer’s. <Link to="/orders">Your orders</Link>
        </p>
      </Empty>
    );
  }
  if (order === undefined) {
    return isPending && error === null ? (
      <Skeleton lines={8} label="Loading the order" />
    ) : (
      <Problem title="The order cannot be shown just now.">
        <p>{error?.message}. It is looked for again by itself.</p>
      </Problem>
    );
  }
  const words = { total: priceTag(order.total), pieces: piecesInWords(order) };
  const journey = journeyOf(
    updates,
    words,
    order.saga?.steps.map(({ name }) => name),
  );
  return (
    <article className={styles.page} aria-labelledby="order">
      <Link to="/orders" className={styles.back}>
        <Icon name="back" size={14} />
        Orders
      </Link>
      <header className={styles.head}>
        <h1 id="order">{contentsOf(order)}</h1>
        <StatusBadge
          status={updates.at(-1)?.orderStatus ?? order.status}
          isUndoing={journey.standing === 'undoing'}
        />
        <p>
          Order <code>{order.id}</code>, placed <Ago at={order.createdAt} />
          {order.retryOf === null ? null : (
            <>
              {' '}
              in place of <Link to={`/orders/${order.retryOf.id}`}>one that was cancelled</Link>
            </>
          )}
        </p>
      </header>
      {lost === null ? null : <Problem title="The order can no longer be followed.">{lost.message}</Problem>}
      <div className={styles.columns}>
        <Card aria-labelledby="journey">
          <h2 id="journey">{headline(journey)}</h2>
          <JourneyView journey={journey} />
        </Card>
        <div className={styles.side}>
          <OrderActions order={order} journey={journey} />
          <Money order={order} />
          <Contents order={order} />
        </div>
      </div>
    </article>
  );
}

function headline({ standing }: Journey): string {
  switch (standing) {
    case 'accepted':
      return 'Accepted: it will come to an end, whatever fails';
    case 'under way':
      return 'Under way';
    case 'undoing':
      return 'Being undone, step by step';
    case 'approved':
      return 'Approved';
    case 'cancelled':
      return 'Cancelled, and everything made good';
    case 'given up':
      return 'Given up by an operator';
    default:
      return standing satisfies never;
  }
}

function Money({ order: { payment, total } }: { order: OrderDetailsFragment }) {
  return (
    <Card aria-labelledby="money">
      <h2 id="money">Money</h2>
      <dl className={styles.facts}>
        <dt>To pay</dt>
        <dd className="figures">{priceTag(total)}</dd>
        <dt>Charged</dt>
        <dd className="figures">{priceTag(payment?.captured ?? times(total, 0))}</dd>
        {payment !== null && !isZero(payment.refunded) ? (
          <>
            <dt>Given back</dt>
            <dd className={`${styles.undone} figures`}>{priceTag(payment.refunded)}</dd>
          </>
        ) : null}
      </dl>
      {payment?.declineCode ? (
        <p className={styles.note}>
          The bank said <code>{payment.declineCode}</code>.
        </p>
      ) : null}
    </Card>
  );
}

const Contents = ({ order }: { order: OrderDetailsFragment }) => (
  <Card aria-labelledby="contents">
    <h2 id="contents">Contents</h2>
    <ul className={styles.facts}>
      {order.lines.map(({ productId, quantity, product }) => (
        <li key={productId}>
          <span>{product?.name ?? <code>{productId}</code>}</span>
          <span className="figures">{quantity === 1 ? '1 piece' : `${quantity} pieces`}</span>
        </li>
      ))}
    </ul>
  </Card>
);
