import { CancelOrderDocument, type OrderDetailsFragment, type PaymentMethod } from '@order-saga/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Problem } from '../../design/notice.tsx';
import { MethodChoice } from '../cart/method-choice.tsx';
import { usePlacing } from '../cart/use-placing.ts';
import { useProducts } from '../catalogue/products.ts';
import { gateway } from '../gateway.ts';
import { priceIn, priceTag, sum, times } from '../money.ts';
import type { Journey } from './journey.ts';
import styles from './order-page.module.css';

/** What can be done about an order where it stands. */
export function OrderActions({ order, journey }: { order: OrderDetailsFragment; journey: Journey }) {
  if (journey.standing === 'accepted' || journey.standing === 'under way')
    return <CancelAction order={order} />;
  if (order.retriedBy !== null) {
    return (
      <Card className={styles.actions ?? ''} aria-label="What became of it">
        <p>
          Ordered again: <Link to={`/orders/${order.retriedBy.id}`}>see that order</Link>
        </p>
      </Card>
    );
  }
  return journey.standing === 'cancelled' && journey.isOver ? <RetryAction order={order} /> : null;
}

function CancelAction({ order }: { order: OrderDetailsFragment }) {
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: async () => {
      const { data } = await gateway.ask(CancelOrderDocument, { input: { orderId: order.id } });
      return data.cancelOrder;
    },
  });
  const refusal = data?.userErrors[0]?.message ?? error?.message;
  return (
    <Card className={styles.actions ?? ''} aria-label="What you can do">
      <Button isBusy={isPending} onClick={() => mutate()}>
        <Icon name="undo" />
        Cancel the order
      </Button>
      {refusal === undefined ? null : <Problem title="It was not cancelled.">{refusal}</Problem>}
    </Card>
  );
}

/** The same again, at today's prices. An order is retried once, so its retry has a key that follows from it. */
function RetryAction({ order }: { order: OrderDetailsFragment }) {
  const [method, setMethod] = useState<PaymentMethod>(order.paymentMethod);
  const { data: products } = useProducts();
  const placing = usePlacing();
  const currency = order.total.currencyCode;
  const prices = order.lines.flatMap(({ productId, quantity }) => {
    const product = products?.find(({ id }) => id === productId);
    const price = product && priceIn(product.prices, currency);
    return price === undefined ? [] : times(price, quantity);
  });
  const total = prices.length === order.lines.length ? sum(prices) : null;
  const retry = () =>
    placing.place({
      idempotencyKey: `retry-of-${order.id}`,
      retryOf: order.id,
      lines: order.lines.map(({ productId, quantity }) => ({ productId, quantity })),
      currency,
      paymentMethod: method,
      expectedTotal: total,
    });
  return (
    <Card className={styles.actions ?? ''} aria-label="What you can do">
      <MethodChoice chosen={method} isLocked={placing.isBusy} onChoose={setMethod} />
      <Button look="main" isBusy={placing.isBusy} disabled={total === null} onClick={retry}>
        <Icon name="refresh" />
        {total === null ? 'No longer sold' : `Order again for ${priceTag(total)}`}
      </Button>
      {placing.problem === null ? null : (
        <Problem title={placing.problem.title}>{placing.problem.advice}</Problem>
      )}
    </Card>
  );
}
