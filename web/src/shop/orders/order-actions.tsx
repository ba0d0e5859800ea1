import { CancelOrderDocument, type OrderDetailsFragment } from '@order-saga/client';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Problem } from '../../design/notice.tsx';
import { gateway } from '../gateway.ts';
import type { Journey } from './journey.ts';
import styles from './order-page.module.css';

/** What can be done about an order where it stands. */
export function OrderActions({ order, journey }: { order: OrderDetailsFragment; journey: Journey }) {
  if (journey.standing === 'accepted' || journey.standing === 'under way')
    return <CancelAction order={order} />;
  return null;
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
