import { describe, expect, test } from 'vitest';
import { decideRestock } from '../src/restock/decide-restock.ts';
import { stored } from '../src/stock/stock.ts';
import { CUP, POT } from './given.ts';

const stock = stored(CUP, { available: 5, reserved: 2, sold: 1 });
const input = { key: 'delivery 7', productId: CUP, delta: 10 };

describe('restock', () => {
  test('adds to what is available and to the ledger', () => {
    expect(decideRestock(undefined, stock, input)).toMatchObject({
      kind: 'applied',
      stock: { available: 15, reserved: 2, sold: 1, change: { available: 10, reserved: 0, sold: 0 } },
      restock: { ...input, availableAfter: 15 },
    });
  });

  test('takes all that is available away, and not one more', () => {
    expect(decideRestock(undefined, stock, { ...input, delta: -5 })).toMatchObject({ kind: 'applied' });
    expect(decideRestock(undefined, stock, { ...input, delta: -6 })).toMatchObject({
      kind: 'refused',
      code: 'STOCK_WOULD_BE_NEGATIVE',
      message: expect.stringContaining('at most 5'),
    });
  });

  test('a known key changes nothing and is answered what it was answered first', () => {
    const known = { ...input, availableAfter: 15 };
    const later = stored(CUP, { available: 3, reserved: 0, sold: 0 });
    expect(decideRestock(known, later, input)).toEqual({ kind: 'known', restock: known });
  });

  test.each([{ delta: 11 }, { productId: POT }])(
    'a known key with %o is another restock: refused',
    (other) => {
      const known = { ...input, availableAfter: 15 };
      expect(decideRestock(known, stock, { ...input, ...other })).toMatchObject({
        kind: 'refused',
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
    },
  );

  test('an unknown product is refused, and so is more than can be kept', () => {
    expect(decideRestock(undefined, undefined, input)).toMatchObject({ code: 'NOT_FOUND' });
    expect(decideRestock(undefined, stock, { ...input, delta: 1_000_000_000 })).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
