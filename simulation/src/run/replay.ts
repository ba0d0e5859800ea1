import { Coverage } from '../world/coverage.ts';
import { planOf } from '../world/plan.ts';
import { runSeed } from './run-seed.ts';
import { pick, shrink } from './shrink.ts';

/** The last lines of a trace, without what is polled: where a reader looks first. */
const TAIL = 60;
const POLLED = /(claim|count sagas|first in line|trip \w+$)/;

/** What is wrong with a seed, by as few of its faults as it takes. */
export function describeFailure(seed: number): string[] {
  const { needed, run } = shrink(seed);
  const notes = run.notes.filter((note) => !POLLED.test(note));
  return [
    '',
    `seed ${seed}: invariant ${run.violation?.invariant} after ${Math.round(run.violation?.atMs ?? 0)} ms: ${run.violation?.text}`,
    run.injected.length === 0
      ? 'no fault is needed for it'
      : `faults that are needed: ${run.injected.map((fault) => JSON.stringify(fault)).join(' ')}`,
    ...notes.slice(-TAIL),
    `replay: npm run simulate -- --seed ${seed} --only ${needed.join(',') || 'none'} --trace`,
  ];
}

/** One seed, told in full. Answers whether every invariant held. */
export function replay(
  seed: number,
  options: {
    readonly only: readonly number[] | null;
    readonly isTracing: boolean;
    print(line: string): void;
  },
): boolean {
  const { only, isTracing, print } = options;
  const plan = planOf(seed);
  const run = runSeed(seed, only === null ? plan : pick(plan, only), new Coverage(), { isTracing });
  for (const note of run.notes) print(note);
  print(
    `seed ${seed}: ${run.injected.length} faults: ${run.injected.map((fault) => JSON.stringify(fault)).join(' ')}`,
  );
  if (run.violation === null) {
    print(`at rest after ${Math.round(run.tookMs)} ms of virtual time; every invariant held`);
    return true;
  }
  if (!isTracing) for (const line of describeFailure(seed)) print(line);
  else print(`invariant ${run.violation.invariant}: ${run.violation.text}`);
  return false;
}
