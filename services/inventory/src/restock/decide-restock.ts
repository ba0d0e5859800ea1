import type { RequestErrorCode, RestockInput } from '@order-saga/contracts';
import { move, type Stock } from '../stock/stock.ts';

/** A line of the ledger `restocks`: all that a product has, reserved and sold ones included, is the sum of its lines. */
export interface Restock extends RestockInput {
  /** What the caller was answered, and is answered again. */
  readonly availableAfter: number;
}

export type RestockDecision =
  | { readonly kind: 'applied'; readonly stock: Stock; readonly restock: Restock }
  | { readonly kind: 'known'; readonly restock: Restock }
  /** Nothing is stored: the same key may be tried again when there is more stock. */
  | {
      readonly kind: 'refused';
      readonly code: RequestErrorCode;
      readonly message: string;
      readonly field: string;
    };

/** No line of an order can ask for more, so that no sum of stock leaves what the columns hold. */
const MAX_AVAILABLE = 1_000_000_000;

/** A keyed delta: applied once, and answered the same however often it is asked for (rule P10). */
export function decideRestock(
  known: Restock | undefined,
  stock: Stock | undefined,
  input: RestockInput,
): RestockDecision {
  const { key, productId, delta } = input;
  if (known) {
    if (known.productId === productId && known.delta === delta) return { kind: 'known', restock: known };
    return refused(
      'IDEMPOTENCY_KEY_REUSED',
      'key',
      `key ${JSON.stringify(key)} restocked product ${known.productId} by ${known.delta}: take a new key for another restock`,
    );
  }
  if (!stock) return refused('NOT_FOUND', 'productId', `there is no product ${productId}`);
  const available = stock.available + delta;
  if (available < 0)
    return refused(
      'STOCK_WOULD_BE_NEGATIVE',
      'delta',
      `product ${productId} has ${stock.available} available: at most ${stock.available} can be taken away`,
    );
  if (available > MAX_AVAILABLE)
    return refused(
      'INVALID_INPUT',
      'delta',
      `product ${productId} would have ${available} available: at most ${MAX_AVAILABLE} are kept`,
    );
  return {
    kind: 'applied',
    stock: move(stock, { available: delta }),
    restock: { key, productId, delta, availableAfter: available },
  };
}

const refused = (code: RequestErrorCode, field: string, message: string): RestockDecision => ({
  kind: 'refused',
  code,
  field,
  message,
});
