import { expect, test } from 'vitest';
import { emptyCart, piecesIn, readCart, withQuantity } from '../src/shop/cart/cart.ts';
import { priceTag, sum, times } from '../src/shop/money.ts';

const newKey = () => 'new';

test('whatever changes what would be ordered changes the key', () => {
  const one = withQuantity(emptyCart('k1'), 'cup', 1, 'k2');
  const two = withQuantity(one, 'cup', 2, 'k3');
  expect([one.key, two.key]).toEqual(['k2', 'k3']);
  expect(two.lines).toEqual([{ productId: 'cup', quantity: 2 }]);
});

test('no pieces take the line out; nonsense is no quantity', () => {
  const cart = withQuantity(emptyCart('k'), 'cup', 3, 'k');
  expect(withQuantity(cart, 'cup', 0, 'k').lines).toEqual([]);
  expect(withQuantity(cart, 'cup', Number.NaN, 'k').lines).toEqual([]);
  expect(withQuantity(cart, 'cup', 99_999, 'k').lines).toEqual([{ productId: 'cup', quantity: 10_000 }]);
});

test('a cart is the same after a reload, and its key, too', () => {
  const cart = withQuantity(emptyCart('k'), 'cup', 3, 'kept');
  expect(readCart(JSON.parse(JSON.stringify(cart)), newKey)).toEqual(cart);
});

test.each([undefined, null, 7, 'text', {}, { key: 'k' }, { key: 'k', lines: [{ productId: 1 }, null] }])(
  'what was kept and is no cart, such as %j, counts as an empty one',
  (kept) => {
    expect(piecesIn(readCart(kept, newKey).lines)).toBe(0);
  },
);

test('amounts are added exactly, also where floats are not', () => {
  const money = (amount: string) => ({ amount, currencyCode: 'USD' }) as const;
  expect(times(money('0.07'), 3)).toEqual(money('0.21'));
  expect(sum([money('0.10'), money('0.20')])).toEqual(money('0.30'));
  expect(times(money('99999999.99'), 10_000)).toEqual(money('999999999900.00'));
  expect(sum([])).toBeNull();
});

test('amounts are shown as their currency is', () => {
  expect(priceTag({ amount: '1234.50', currencyCode: 'USD' })).toBe('$1,234.50');
  expect(priceTag({ amount: '1800', currencyCode: 'JPY' })).toBe('¥1,800');
});
