import { isGatewayError, OrderRefusedError, placeOrder } from '@order-saga/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { gateway, queries } from '../gateway.ts';
import type { Money } from '../money.ts';
import type { Cart } from './cart.ts';
import { clearCart } from './cart-store.ts';

export interface Placing {
  readonly isBusy: boolean;
  /** Why it is not placed. */
  readonly problem: { readonly title: string; readonly advice: string } | null;
  /** What is said while it is tried again. */
  readonly interruption: string | null;
  place(cart: Cart, total: Money): void;
}

/** Places the cart, goes to the order, and leaves an empty cart behind. */
export function usePlaceOrder(): Placing {
  const navigate = useNavigate();
  const [interruption, setInterruption] = useState<string | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ cart, total }: { cart: Cart; total: Money }) =>
      placeOrder(
        gateway,
        {
          idempotencyKey: cart.key,
          lines: cart.lines,
          currency: cart.currency,
          expectedTotal: total,
          paymentMethod: cart.paymentMethod,
        },
        {
          onInterrupted: () =>
            setInterruption('No answer yet. The same order is sent again; it will be one order.'),
        },
      ),
    onSuccess(order, { cart }) {
      clearCart(cart.key);
      void queries.invalidateQueries({ queryKey: ['orders'] });
      void navigate(`/orders/${order.id}`);
    },
    onSettled: () => setInterruption(null),
  });
  return {
    isBusy: isPending,
    problem: error === null ? null : problemOf(error),
    interruption,
    place: (cart, total) => mutate({ cart, total }),
  };
}

function problemOf(error: Error): NonNullable<Placing['problem']> {
  if (error instanceof OrderRefusedError) {
    return {
      title: 'Nothing was ordered.',
      advice: `${sentence(error.message)} Check the cart and try again.`,
    };
  }
  if (isGatewayError(error) && !error.isPassing)
    return { title: 'Nothing was ordered.', advice: sentence(error.message) };
  return {
    title: 'Nobody could say whether the order was taken.',
    advice: 'Press the button again: the same order is sent, and there will be one, not two.',
  };
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`;
