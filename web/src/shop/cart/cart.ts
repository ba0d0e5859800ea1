import type { CurrencyCode, PaymentMethod } from '@order-saga/client';

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
}

/**
 * What a person means to order. `key` is the idempotency key of exactly this intention: it changes with everything else
 * in the cart, and stays over reloads, so that placing it twice makes one order.
 */
export interface Cart {
  readonly key: string;
  readonly lines: readonly CartLine[];
  readonly currency: CurrencyCode;
  readonly paymentMethod: PaymentMethod;
}

export const MOST_PIECES = 10_000;

export const emptyCart = (key: string, { currency, paymentMethod }: Partial<Cart> = {}): Cart => ({
  key,
  lines: [],
  currency: currency ?? 'USD',
  paymentMethod: paymentMethod ?? 'CREDIT_CARD',
});

/** Zero pieces take the line out. */
export function withQuantity(cart: Cart, productId: string, quantity: number, key: string): Cart {
  const pieces = Math.min(Math.max(Math.trunc(quantity) || 0, 0), MOST_PIECES);
  const known = cart.lines.some((line) => line.productId === productId);
  const lines = known
    ? cart.lines.map((line) => (line.productId === productId ? { productId, quantity: pieces } : line))
    : [...cart.lines, { productId, quantity: pieces }];
  return { ...cart, key, lines: lines.filter((line) => line.quantity > 0) };
}

export const quantityOf = (cart: Cart, productId: string): number =>
  cart.lines.find((line) => line.productId === productId)?.quantity ?? 0;

export const piecesIn = (lines: readonly CartLine[]): number =>
  lines.reduce((pieces, { quantity }) => pieces + quantity, 0);

/** What the browser kept, if it is a cart. */
export function readCart(kept: unknown, newKey: () => string): Cart {
  const cart = kept as Partial<Cart> | undefined;
  if (typeof cart?.key !== 'string' || !Array.isArray(cart.lines)) return emptyCart(newKey());
  const lines = cart.lines.filter(
    (line): line is CartLine =>
      typeof line?.productId === 'string' && Number.isInteger(line.quantity) && line.quantity > 0,
  );
  return { ...emptyCart(cart.key, cart), lines };
}
