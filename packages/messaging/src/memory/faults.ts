/** What may go wrong with a message, each with its probability between 0 and 1. None by default. */
export interface MemoryFaults {
  /** Stored twice. */
  readonly duplicate?: number;
  /** Acknowledged and never stored, as by a broker that loses its disk. */
  readonly drop?: number;
  /** Stored some turns of the scheduler after it was acknowledged. */
  readonly delay?: number;
  /** Stored behind the message that follows it in its partition. */
  readonly reorder?: number;
  /** Stored, but the call is told that the outcome is unknown. */
  readonly unacknowledged?: number;
}

const MAX_DELAY_TURNS = 16;

export interface Fate {
  readonly copies: 0 | 1 | 2;
  readonly delayTurns: number;
  readonly isBehindNext: boolean;
}

const HARMLESS: Fate = { copies: 1, delayTurns: 0, isBehindNext: false };

/** Draws only for the faults that are asked for, so that a seed's run does not change when an unused one is added. */
export function fateOf(faults: MemoryFaults, random: () => number): Fate {
  if (happens(faults.drop, random)) return { ...HARMLESS, copies: 0 };
  return {
    copies: happens(faults.duplicate, random) ? 2 : 1,
    delayTurns: happens(faults.delay, random) ? 1 + Math.floor(random() * MAX_DELAY_TURNS) : 0,
    isBehindNext: happens(faults.reorder, random),
  };
}

export const happens = (probability: number | undefined, random: () => number): boolean =>
  probability !== undefined && probability > 0 && random() < probability;
