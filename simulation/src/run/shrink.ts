import { Coverage } from '../world/coverage.ts';
import type { Violation } from '../world/world.ts';
import { runWorld, type WorldRun } from './run-world.ts';
import { partsOf, type Scenario, withOnly } from './scenario.ts';

export interface Shrunk {
  readonly parts: readonly string[];
  readonly chance: number;
  readonly run: WorldRun;
}

/** How many chances a smaller world gets to show the same. */
const CHANCES = 40;
/** Events of all attempts together: a world that finds no rest has a hundred thousand. */
const MOST_EVENTS = 3_000_000;

/**
 * Leaves out faults, orders and whatever else happens, for as long as the same is violated: by halves and then one by one
 * (Zeller's ddmin, without its test of subsets), and at last one by one with other chances.
 */
export function shrink(scenario: Scenario): Shrunk {
  let events = 0;
  const attempt = (parts: readonly string[], chance: number): Violation | null => {
    const run = runWorld(withOnly(scenario, parts, chance), new Coverage());
    events += run.events;
    return run.violation;
  };
  const all = partsOf(scenario);
  const wanted = natureOf(attempt(all, 0));
  const shows = (parts: readonly string[], chance: number) =>
    events < MOST_EVENTS && natureOf(attempt(parts, chance)) === wanted;

  let parts: readonly string[] = all;
  let chance = 0;
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let at = 0; at < parts.length; ) {
      const fewer = parts.toSpliced(at, size);
      if (shows(fewer, 0)) parts = fewer;
      else at += size;
    }
  for (let at = 0; at < parts.length; ) {
    const fewer = parts.toSpliced(at, 1);
    let lucky = 1;
    while (lucky <= CHANCES && !shows(fewer, lucky)) lucky += 1;
    if (lucky > CHANCES) at += 1;
    else {
      parts = fewer;
      chance = lucky;
    }
  }
  return {
    parts,
    chance,
    run: runWorld(withOnly(scenario, parts, chance), new Coverage(), { isTracing: true }),
  };
}

/** What is violated, whichever order it is about and whatever the figures are. */
const natureOf = (violation: Violation | null): string =>
  violation === null
    ? 'nothing'
    : `${violation.invariant} ${violation.text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#')}`;
