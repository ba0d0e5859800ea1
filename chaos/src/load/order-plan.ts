import type { Random } from '../schedule/random.ts';

export const CUP = '11111111-1111-1111-1111-111111111111';
export const POT = '22222222-2222-2222-2222-222222222222';
/** Known, priced, and never in stock: it is paid, refunded and cancelled. */
export const SOLD_OUT = '33333333-3333-3333-3333-333333333333';
/** GraphQL refuses it; over REST it is paid, refunded and cancelled. */
export const UNKNOWN = '99999999-9999-9999-9999-999999999999';

/** What must become of an order, whatever happens meanwhile; `either` when its customer changed their mind. */
export type Ends = 'approved' | 'cancelled' | 'refused' | 'either';

export interface OrderPlan {
  readonly door: 'GraphQL' | 'REST';
  readonly customer: number;
  readonly productId: string;
  readonly quantity: number;
  readonly paymentMethod: 'TEST_APPROVE' | 'TEST_DECLINE' | 'TEST_LATE';
  readonly ends: Ends;
  /** So long after it was acknowledged its customer cancels it. */
  readonly cancelAfterMs: number | null;
  /** `stream`: followed by a subscription. `answer`: asked for again and again. */
  readonly follow: 'stream' | 'answer' | null;
}

const CUSTOMERS = 1_000;
const LONGEST_SECOND_THOUGHT_MS = 250;

/** One in five is declined; the rest is mostly approved, with a few of everything that can go another way. */
export function planOrder(random: Random): OrderPlan {
  const draw = random.next();
  const rest = {
    customer: random.between(1, CUSTOMERS),
    quantity: random.between(1, 3),
    cancelAfterMs: null,
    follow: follow(random.next()),
  } as const;
  const common = { ...rest, door: 'GraphQL', productId: random.pick([CUP, POT]) } as const;
  if (draw < 0.2) return { ...common, paymentMethod: 'TEST_DECLINE', ends: 'cancelled' };
  // Its lateness is the provider's, and would be taken for the system's: nobody waits for it.
  if (draw < 0.22) return { ...common, paymentMethod: 'TEST_LATE', ends: 'approved', follow: null };
  if (draw < 0.24)
    return { ...common, productId: SOLD_OUT, paymentMethod: 'TEST_APPROVE', ends: 'cancelled' };
  if (draw < 0.25) return { ...common, productId: UNKNOWN, paymentMethod: 'TEST_APPROVE', ends: 'refused' };
  if (draw < 0.26)
    return { ...common, door: 'REST', productId: UNKNOWN, paymentMethod: 'TEST_APPROVE', ends: 'cancelled' };
  if (draw < 0.29) {
    const cancelAfterMs = random.between(0, LONGEST_SECOND_THOUGHT_MS);
    return { ...common, paymentMethod: 'TEST_APPROVE', ends: 'either', cancelAfterMs };
  }
  return { ...common, paymentMethod: 'TEST_APPROVE', ends: 'approved' };
}

const follow = (draw: number): OrderPlan['follow'] => (draw < 0.2 ? 'stream' : draw < 0.22 ? 'answer' : null);

/** A UUID of its own for each of them. */
export const customerId = (customer: number): string =>
  `c0000000-0000-4000-8000-${customer.toString(16).padStart(12, '0')}`;
