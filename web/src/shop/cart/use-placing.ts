import {
  isGatewayError,
  type OrderDetailsFragment,
  OrderRefusedError,
  type OrderToPlace,
  placeOrder,
} from '@order-saga/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { gateway, queries } from '../gateway.ts';

export interface Placing {
  readonly isBusy: boolean;
  /** Why it is not placed. */
  readonly problem: { readonly title: string; readonly advice: string } | null;
  /** What is said while it is tried again. */
  readonly interruption: string | null;
  place(order: OrderToPlace & { readonly idempotencyKey: string }): void;
}

/** Places an order, once under its key, and goes to it. */
export function usePlacing(onPlaced: (order: OrderDetailsFragment, key: string) => void = () => {}): Placing {
  const navigate = useNavigate();
  const [interruption, setInterruption] = useState<string | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (order: OrderToPlace & { readonly idempotencyKey: string }) =>
      placeOrder(gateway, order, {
        onInterrupted: () =>
          setInterruption('No answer yet. The same order is sent again; it will be one order.'),
      }),
    onSuccess(order, { idempotencyKey }) {
      onPlaced(order, idempotencyKey);
      void queries.invalidateQueries({ queryKey: ['orders'] });
      void queries.invalidateQueries({ queryKey: ['order'] });
      void navigate(`/orders/${order.id}`);
    },
    onSettled: () => setInterruption(null),
  });
  return {
    isBusy: isPending,
    problem: error === null ? null : problemOf(error),
    interruption,
    place: (order) => mutate(order),
  };
}

function problemOf(error: Error): NonNullable<Placing['problem']> {
  if (error instanceof OrderRefusedError) {
    return { title: 'Nothing was ordered.', advice: sentence(error.message) };
  }
  if (isGatewayError(error) && !error.isPassing) {
    return { title: 'Nothing was ordered.', advice: sentence(error.message) };
  }
  return {
    title: 'Nobody could say whether the order was taken.',
    advice: 'Press the button again: the same order is sent, and there will be one, not two.',
  };
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`;
