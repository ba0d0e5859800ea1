import type { Random } from './random.ts';

/** What the schedule must know of a fault. */
export interface Card {
  readonly name: string;
  /** What it hits; two faults of one target are never made at once. */
  readonly target: string;
  /** How often it lies in each deck. Default 1. */
  readonly perDeck?: number;
}

/** Faults that are made together, and how long nothing happens before them. */
export interface Round<Fault> {
  readonly number: number;
  readonly pauseMs: number;
  readonly faults: readonly { readonly fault: Fault; readonly afterMs: number; readonly random: Random }[];
}

export interface DeckOptions {
  readonly longestPauseMs: number;
  /** How often two faults come together. */
  readonly pairShare: number;
}

const LATER_MS = 1_500;

/**
 * Deals every fault once before any comes again: chance decides the order, the pairs and the moments, and no kind is
 * left out. What is dealt depends on the seed alone, never on how long anything took.
 */
export function* dealRounds<Fault extends Card>(
  faults: readonly Fault[],
  random: Random,
  { longestPauseMs, pairShare }: DeckOptions,
): Generator<Round<Fault>, never> {
  if (faults.length === 0) throw new Error('there is no fault to deal');
  const hand: Fault[] = [];
  for (let number = 0; ; number += 1) {
    const own = random.fork(number);
    const draw = (isWanted: (fault: Fault) => boolean): Fault | undefined => {
      const at = hand.findIndex(isWanted);
      return at === -1 ? undefined : hand.splice(at, 1)[0];
    };
    if (hand.length === 0)
      hand.push(...own.shuffled(faults.flatMap((fault) => Array(fault.perDeck ?? 1).fill(fault))));
    const first = draw(() => true) as Fault;
    const second = own.chance(pairShare) ? draw(({ target }) => target !== first.target) : undefined;
    yield {
      number,
      pauseMs: own.between(0, longestPauseMs),
      faults: [first, ...(second === undefined ? [] : [second])].map((fault, at) => ({
        fault,
        afterMs: at === 0 ? 0 : own.between(0, LATER_MS),
        random: own.fork(at),
      })),
    };
  }
}
