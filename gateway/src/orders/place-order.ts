import type { OrderView } from '@order-saga/contracts';
import { maySee } from '../auth/principal.ts';
import type { CreateOrderInput } from '../generated/resolvers.ts';
import type { RequestContext } from '../pipeline/context.ts';
import { publicError } from '../pipeline/public-error.ts';
import { refusalOf } from '../services/peer.ts';
import { type PricedOrder, priceOrder } from './price-order.ts';
import { readSentOrder, type SentOrder } from './sent-order.ts';
import { type PlaceOrderProblem, problem } from './user-errors.ts';

export type PlacedOrder =
  | { readonly order: OrderView; readonly problems: readonly [] }
  | { readonly order: null; readonly problems: PlaceOrderProblem[] };

type Owned = SentOrder & { readonly customerId: string };

/**
 * Prices the order and hands it to the order service, which compares a known key by what was sent: there, fresh prices
 * on a repeat do no harm. Only when it cannot be priced is the key looked up first, because a repeat must be answered
 * although a price has changed, a product is gone or nobody can tell (rule C1). New orders pay no hop for that.
 */
export async function placeOrder(input: CreateOrderInput, context: RequestContext): Promise<PlacedOrder> {
  const read = readSentOrder(input);
  if (!read.ok) return refused(read.problems);
  const customerId = customerOf(read.order, context);
  if (customerId === null) {
    return refused([problem('INVALID_CUSTOMER', 'name the customer whose order it is', 'customerId')]);
  }
  const order: Owned = { ...read.order, customerId };
  try {
    const priced = await price(order, context);
    if (priced.ok) return await create(order, priced.totalMinor, context);
    const before = await placedBefore(order, context);
    if (before !== null) return before;
    if (priced.fault !== undefined) throw priced.fault;
    return refused(priced.problems);
  } catch (error) {
    const refusal = userProblemOf(error);
    if (refusal === undefined) throw error;
    return refused([refusal]);
  }
}

/** null: the caller is no customer and names none. */
function customerOf({ customerId }: SentOrder, { principal }: RequestContext): string | null {
  const whose = customerId ?? principal.customerId;
  if (whose === null || maySee(principal, whose)) return whose;
  throw publicError('FORBIDDEN', 'You may place orders for yourself only: leave customerId out.');
}

/** `fault`: nobody could tell the prices; then there is nothing the caller could mend. */
type Pricing = PricedOrder & { readonly fault?: unknown };

async function price(order: Owned, { prices }: RequestContext): Promise<Pricing> {
  const ids = order.lines.map(({ productId }) => productId);
  try {
    const remembered = priceOrder(order, await prices.find(ids, { fresh: false }));
    // A remembered price is good enough to sell at, and not to refuse by.
    return remembered.ok ? remembered : priceOrder(order, await prices.find(ids, { fresh: true }));
  } catch (fault) {
    return { ok: false, problems: [], fault };
  }
}

async function create(order: Owned, totalMinor: number, context: RequestContext): Promise<PlacedOrder> {
  const { idempotencyKey, customerId, lines, currency, sent, paymentMethod, retryOf } = order;
  const retry = retryOf === null ? {} : { retryOf };
  const answer = await context.orders((it, options) =>
    it.orders.create.mutate(
      { idempotencyKey, customerId, lines: [...lines], currency, totalMinor, sent, paymentMethod, ...retry },
      options,
    ),
  );
  return placed(answer.order, context);
}

async function placedBefore(order: Owned, context: RequestContext): Promise<PlacedOrder | null> {
  const { idempotencyKey, customerId, sent } = order;
  const found = await context.orders((it, options) =>
    it.orders.byIdempotencyKey.query({ idempotencyKey, customerId, sent }, options),
  );
  return found === null ? null : placed(found, context);
}

function placed(order: OrderView, context: RequestContext): PlacedOrder {
  context.history.remember(order);
  return { order, problems: [] };
}

/** What the order service refuses and the caller can mend. */
function userProblemOf(error: unknown): PlaceOrderProblem | undefined {
  const code = refusalOf(error);
  switch (code) {
    case 'IDEMPOTENCY_KEY_REUSED':
      return problem(
        'IDEMPOTENCY_KEY_REUSED',
        'this key already made another order: use a new key for a new order',
        'idempotencyKey',
      );
    case 'UNSUPPORTED_ORDER':
      return problem('UNSUPPORTED_ORDER', error instanceof Error ? error.message : String(error), 'lines');
    case 'RETRIED_ORDER_NOT_FOUND':
    case 'RETRIED_ORDER_NOT_CANCELLED':
    case 'ORDER_ALREADY_RETRIED':
      return problem(code, RETRY_REFUSALS[code], 'retryOf');
    default:
      return undefined;
  }
}

const RETRY_REFUSALS = {
  RETRIED_ORDER_NOT_FOUND: 'there is no such order of this customer',
  RETRIED_ORDER_NOT_CANCELLED: 'only a cancelled order can be retried: cancel it first, or wait for its end',
  ORDER_ALREADY_RETRIED: 'the order was retried already: if its retry is cancelled too, retry that one',
} as const;

const refused = (problems: PlaceOrderProblem[]): PlacedOrder => ({ order: null, problems });
