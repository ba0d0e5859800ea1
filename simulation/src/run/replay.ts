import { Coverage } from '../world/coverage.ts';
import { runWorld, type WorldRun } from './run-world.ts';
import { partsOf, type Scenario, scenarioOf, withOnly } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface ReplayOptions {
  readonly seed: number;
  /** Null: all parts of the seed. */
  readonly only: readonly string[] | null;
  readonly chance: number;
  /** The mutant that the product is loaded with; it belongs into the command that replays. */
  readonly mutant: string | null;
  readonly isTracing: boolean;
  print(line: string): void;
}

/** One seed, told in full. Answers whether every invariant held. */
export function replay({ seed, only, chance, mutant, isTracing, print }: ReplayOptions): boolean {
  const whole = scenarioOf(seed);
  const scenario = withOnly(whole, only ?? partsOf(whole), chance);
  const run = runWorld(scenario, new Coverage(), { isTracing });
  for (const note of run.notes) print(note);
  print(`seed ${seed}: ${partsOf(scenario).length} parts; ${faultsOf(run)}`);
  if (run.violation === null) {
    print(`at rest after ${Math.round(run.tookMs)} ms of virtual time; every invariant held`);
    return true;
  }
  if (isTracing || only !== null) print(violationOf(seed, run));
  else for (const line of describeFailure(whole, mutant)) print(line);
  return false;
}

/** What is polled says nothing to a reader. */
const POLLED = /( claim | count sagas| first in line| trip \w+$)/;

/** What is wrong with a seed: everything that happened in the smallest world that shows it, and how to see it again. */
export function describeFailure(scenario: Scenario, mutant: string | null = null): string[] {
  const { seed } = scenario;
  const { parts, chance, run } = shrink(scenario);
  return [
    '',
    `seed ${seed}, made as small as it goes: ${parts.length} of its ${partsOf(scenario).length} parts`,
    faultsOf(run),
    ...run.notes.filter((note) => !POLLED.test(note)),
    violationOf(seed, run),
    `replay: ${replayCommand(seed, parts, chance, mutant)}`,
  ];
}

const violationOf = (seed: number, { violation }: WorldRun): string =>
  `seed ${seed} violates invariant ${violation?.invariant} after ${Math.round(violation?.atMs ?? 0)} ms: ${violation?.text}`;

const faultsOf = ({ injected }: WorldRun): string =>
  injected.length === 0
    ? 'no fault happens in it'
    : `faults that happen in it: ${injected.map((fault) => JSON.stringify(fault)).join(' ')}`;

function replayCommand(
  seed: number,
  parts: readonly string[],
  chance: number,
  mutant: string | null,
): string {
  const only = parts.length === 0 ? 'none' : parts.join(',');
  const of = mutant === null ? '' : ` --mutant ${JSON.stringify(mutant)}`;
  const other = chance === 0 ? '' : ` --chance ${chance}`;
  return `npm run simulate -- --seed ${seed} --only ${only}${other}${of} --trace`;
}
