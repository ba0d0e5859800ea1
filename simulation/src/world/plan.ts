import type { Fault, FaultKind } from './faults.ts';
import { Prng } from './prng.ts';

/** Within this time the orders come in, and the timed faults happen. */
export const BUSY_MS = 800;

const STREAM = 2;

/** Roughly how many opportunities a world of this size has; a fault that names one beyond them does not happen. */
const STEPS = 330;
const MESSAGES = 66;
const PUBLISHES = 40;
const COMMITS = 66;
const TRIPS = 130;
const STATEMENTS = 90;
const CALLS = 8;

const SERVICES = 3;

const atMs = (draw: Prng): number => draw.below(BUSY_MS);
const service = (draw: Prng): number => draw.below(SERVICES);
/** Mostly short, now and then longer than every timeout. */
const someMs = (draw: Prng, shortMs: number, longMs: number): number =>
  1 + draw.below(draw.chance(0.7) ? shortMs : longMs);

export const MAKERS: readonly {
  readonly kind: FaultKind;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  make(draw: Prng): Fault;
}[] = [
  {
    kind: 'crash',
    weight: 20,
    make: (draw) => ({
      kind: 'crash',
      nth: draw.below(STEPS),
      phase: draw.chance(0.5) ? 'before' : 'after',
      downMs: someMs(draw, 400, 3_000),
    }),
  },
  {
    kind: 'stop',
    weight: 8,
    make: (draw) => ({ kind: 'stop', nth: draw.below(STEPS), forMs: someMs(draw, 2_000, 12_000) }),
  },
  { kind: 'message-lost', weight: 8, make: (draw) => ({ kind: 'message-lost', nth: draw.below(MESSAGES) }) },
  {
    kind: 'message-doubled',
    weight: 8,
    make: (draw) => ({
      kind: 'message-doubled',
      nth: draw.below(MESSAGES),
      afterMs: someMs(draw, 50, 4_000),
    }),
  },
  {
    kind: 'message-delayed',
    weight: 8,
    make: (draw) => ({
      kind: 'message-delayed',
      nth: draw.below(MESSAGES),
      byMs: someMs(draw, 2_000, 12_000),
    }),
  },
  {
    kind: 'message-reordered',
    weight: 4,
    make: (draw) => ({ kind: 'message-reordered', nth: draw.below(MESSAGES) }),
  },
  {
    kind: 'publish-unacknowledged',
    weight: 4,
    make: (draw) => ({ kind: 'publish-unacknowledged', nth: draw.below(PUBLISHES) }),
  },
  {
    kind: 'publish-refused',
    weight: 3,
    make: (draw) => ({ kind: 'publish-refused', nth: draw.below(PUBLISHES) }),
  },
  { kind: 'broker-wiped', weight: 4, make: (draw) => ({ kind: 'broker-wiped', atMs: atMs(draw) }) },
  {
    kind: 'broker-away',
    weight: 4,
    make: (draw) => ({ kind: 'broker-away', atMs: atMs(draw), forMs: someMs(draw, 1_500, 10_000) }),
  },
  {
    kind: 'rebalance',
    weight: 4,
    make: (draw) => ({ kind: 'rebalance', atMs: atMs(draw), service: service(draw) }),
  },
  {
    kind: 'commit-aborted',
    weight: 6,
    make: (draw) => ({ kind: 'commit-aborted', nth: draw.below(COMMITS) }),
  },
  {
    kind: 'commit-answer-lost',
    weight: 8,
    make: (draw) => ({ kind: 'commit-answer-lost', nth: draw.below(COMMITS) }),
  },
  { kind: 'commit-lost', weight: 6, make: (draw) => ({ kind: 'commit-lost', nth: draw.below(COMMITS) }) },
  {
    kind: 'commit-late',
    weight: 6,
    make: (draw) => ({ kind: 'commit-late', nth: draw.below(COMMITS), afterMs: someMs(draw, 300, 5_000) }),
  },
  { kind: 'trip-hung', weight: 3, make: (draw) => ({ kind: 'trip-hung', nth: draw.below(TRIPS) }) },
  {
    kind: 'statement-answer-lost',
    weight: 5,
    make: (draw) => ({ kind: 'statement-answer-lost', nth: draw.below(STATEMENTS) }),
  },
  {
    kind: 'store-cut',
    weight: 3,
    make: (draw) => ({ kind: 'store-cut', atMs: atMs(draw), service: service(draw) }),
  },
  {
    kind: 'store-away',
    weight: 3,
    make: (draw) => ({
      kind: 'store-away',
      atMs: atMs(draw),
      service: service(draw),
      forMs: someMs(draw, 500, 12_000),
    }),
  },
  {
    kind: 'clock-jump',
    weight: 4,
    make: (draw) => ({
      kind: 'clock-jump',
      atMs: atMs(draw),
      service: service(draw),
      byMs: draw.pick([-20_000, -3_000, -200, 200, 3_000, 20_000, 3_600_000]),
    }),
  },
  {
    kind: 'provider-error',
    weight: 5,
    make: (draw) => ({ kind: 'provider-error', nth: draw.below(CALLS), isDone: draw.chance(0.5) }),
  },
  {
    kind: 'provider-never',
    weight: 5,
    make: (draw) => ({ kind: 'provider-never', nth: draw.below(CALLS), isDone: draw.chance(0.5) }),
  },
  {
    kind: 'provider-late',
    weight: 5,
    make: (draw) => ({ kind: 'provider-late', nth: draw.below(CALLS), byMs: someMs(draw, 900, 4_000) }),
  },
];

const TOTAL = MAKERS.reduce((sum, { weight }) => sum + weight, 0);

/** One seed in sixteen is left alone; the others have up to nine faults. */
export function planOf(seed: number): Fault[] {
  const draw = new Prng(seed, STREAM);
  if (seed % 16 === 0) return [];
  return Array.from({ length: draw.between(1, 9) }, () => make(draw));
}

function make(draw: Prng): Fault {
  let at = draw.below(TOTAL);
  for (const maker of MAKERS) {
    const { weight } = maker;
    if (at < weight) return maker.make(draw);
    at -= weight;
  }
  throw new Error('the weights do not add up');
}
