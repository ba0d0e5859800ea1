import { Coverage } from '../world/coverage.ts';
import type { Fault } from '../world/faults.ts';
import { planOf } from '../world/plan.ts';
import { runSeed, type SeedRun } from './run-seed.ts';

export interface Shrunk {
  /** The places in the seed's plan of the faults that are needed. */
  readonly needed: readonly number[];
  readonly run: SeedRun;
}

/** Leaves out one fault after the other for as long as the same invariant is still violated. */
export function shrink(seed: number): Shrunk {
  const plan = planOf(seed);
  const attempt = (needed: readonly number[], isTracing = false): SeedRun =>
    runSeed(seed, pick(plan, needed), new Coverage(), { isTracing });
  let needed = plan.map((_, index) => index);
  const broken = attempt(needed).violation?.invariant;
  for (let at = needed.length - 1; at >= 0; at -= 1) {
    const fewer = needed.filter((_, index) => index !== at);
    if (attempt(fewer).violation?.invariant === broken) needed = fewer;
  }
  return { needed, run: attempt(needed, true) };
}

export const pick = (plan: readonly Fault[], needed: readonly number[]): Fault[] =>
  needed.map((index) => plan[index]).filter((fault) => fault !== undefined);
