import { Prng } from '../world/prng.ts';

/** What the people of a world do: data, drawn once from the seed. */

const STREAM = 5;

export interface Placing {
  readonly atMs: number;
  readonly customerId: string;
  readonly key: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly totalMinor: number;
  readonly paymentMethod: string;
  /** Sends the same request again at that time, to whom it may concern. */
  readonly againAtMs: number | null;
  readonly cancelAfterMs: number | null;
  /** How often, and how far apart, it looks at its order. */
  readonly looks: number;
  readonly lookEveryMs: number;
}

export interface Restocking {
  readonly atMs: number;
  readonly key: string;
  readonly productId: string;
  readonly delta: number;
}

/** Somebody else on the topics: what it does follows from a seed of its own. */
export interface Foreigner {
  readonly atMs: number;
  readonly seed: number;
}

export interface Workload {
  readonly placement: 'local' | 'kafka';
  /** A small window makes orders wait in line. */
  readonly maxInFlight: number;
  readonly stock: readonly { readonly productId: string; readonly pieces: number }[];
  readonly placings: readonly Placing[];
  readonly restockings: readonly Restocking[];
  readonly foreigners: readonly Foreigner[];
}

const PRODUCTS = [
  '11111111-1111-1111-1111-111111111111',
  '22222222-2222-2222-2222-222222222222',
  '33333333-3333-3333-3333-333333333333',
] as const;
const UNKNOWN_PRODUCT = '99999999-9999-9999-9999-999999999999';

/** The orders of a world come within: all at once, so that they share batches, or one after the other. */
const PLACING_MS = [15, 80, 350] as const;
const SAGAS = 5;
const FOREIGN_FROM_MS = 20;
const FOREIGN_WITHIN_MS = 750;

export function workloadOf(seed: number): Workload {
  const draw = new Prng(seed, STREAM);
  const customers = Array.from({ length: 3 }, () => draw.uuid());
  const withinMs = draw.pick(PLACING_MS);
  const placings: Placing[] = [];
  for (let count = SAGAS; count > 0; count -= 1) placings.push(placing(draw, withinMs, draw.pick(customers)));
  if (draw.chance(0.4)) placings.push(repeated(draw, withinMs, draw.pick(placings)));
  return {
    placement: draw.chance(0.7) ? 'local' : 'kafka',
    maxInFlight: draw.chance(0.25) ? 2 : 100,
    stock: PRODUCTS.map((productId, at) => ({ productId, pieces: draw.between(0, 6 + at * 8) })),
    placings,
    restockings: draw.chance(0.3)
      ? [
          {
            atMs: draw.below(withinMs),
            key: 'delivery',
            productId: draw.pick(PRODUCTS),
            delta: draw.between(-2, 5),
          },
        ]
      : [],
    foreigners: draw.chance(0.4)
      ? Array.from({ length: draw.between(1, 4) }, () => ({
          atMs: FOREIGN_FROM_MS + draw.below(FOREIGN_WITHIN_MS),
          seed: draw.below(2 ** 31),
        }))
      : [],
  };
}

function placing(draw: Prng, withinMs: number, customerId: string): Placing {
  const products: string[] = [draw.pick(PRODUCTS), ...(draw.chance(0.4) ? [draw.pick(PRODUCTS)] : [])];
  if (draw.chance(0.08)) products.push(UNKNOWN_PRODUCT);
  return {
    atMs: draw.below(withinMs),
    customerId,
    key: draw.uuid(),
    lines: [...new Set(products)].map((productId) => ({ productId, quantity: draw.between(1, 4) })),
    totalMinor: draw.between(1, 20_000),
    paymentMethod: draw.chance(0.8) ? 'test_approve' : 'test_decline',
    againAtMs: draw.chance(0.25) ? draw.below(withinMs * 2) : null,
    cancelAfterMs: draw.chance(0.3) ? draw.below(draw.chance(0.7) ? 60 : 3_000) : null,
    looks: draw.below(3),
    lookEveryMs: draw.between(5, 1_500),
  };
}

/** The same key again, half of the time with something else in it. */
const repeated = (draw: Prng, withinMs: number, earlier: Placing): Placing => ({
  ...earlier,
  atMs: draw.below(withinMs),
  totalMinor: draw.chance(0.5) ? earlier.totalMinor : earlier.totalMinor + 1,
  againAtMs: null,
  cancelAfterMs: null,
});
