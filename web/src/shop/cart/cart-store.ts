import { newIdempotencyKey } from '@order-saga/client';
import { createKeptStore } from '../../design/store.ts';
import { type Cart, emptyCart, quantityOf, readCart, withQuantity } from './cart.ts';

export const cartStore = createKeptStore(localStorage, 'cart', (kept) => readCart(kept, newIdempotencyKey));

export const setQuantity = (productId: string, quantity: number): void =>
  cartStore.write(withQuantity(cartStore.read(), productId, quantity, newIdempotencyKey()));

export const addOne = (productId: string): void =>
  setQuantity(productId, quantityOf(cartStore.read(), productId) + 1);

export const choose = (choice: Partial<Pick<Cart, 'currency' | 'paymentMethod'>>): void =>
  cartStore.write({ ...cartStore.read(), ...choice, key: newIdempotencyKey() });

/** Its order is placed. Another window may have begun the next one meanwhile. */
export function clearCart(placedKey: string): void {
  const cart = cartStore.read();
  if (cart.key === placedKey) cartStore.write(emptyCart(newIdempotencyKey(), cart));
}
