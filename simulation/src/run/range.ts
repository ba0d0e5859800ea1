import { Coverage } from '../world/coverage.ts';
import type { Violation } from '../world/world.ts';
import { runWorld } from './run-world.ts';
import { scenarioOf } from './scenario.ts';

export interface RangeFound {
  readonly seed: number;
  readonly violation: Violation;
}

export interface RangeReport {
  readonly seeds: number;
  readonly faults: number;
  readonly virtualMs: number;
  readonly counts: readonly (readonly [string, number])[];
}

const PROGRESS_EVERY = 50;

export function runRange(
  from: number,
  count: number,
  on: { readonly enough: number; found(found: RangeFound): void; progress(seeds: number): void },
): RangeReport {
  // A stack costs more than the error it belongs to; a replay has them.
  Error.stackTraceLimit = 0;
  const coverage = new Coverage();
  let seeds = 0;
  let faults = 0;
  let virtualMs = 0;
  let found = 0;
  for (let seed = from; seed < from + count && found < on.enough; seed += 1) {
    const run = runWorld(scenarioOf(seed), coverage);
    seeds += 1;
    faults += run.injected.length;
    virtualMs += run.tookMs;
    if (run.violation !== null) {
      found += 1;
      on.found({ seed, violation: run.violation });
    }
    if (seeds % PROGRESS_EVERY === 0) on.progress(PROGRESS_EVERY);
  }
  return { seeds, faults, virtualMs, counts: coverage.entries() };
}
