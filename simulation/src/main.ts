import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mutantNamed } from './mutants/index.ts';
import { loadMutant } from './mutants/load-mutant.ts';
import { huntMutants } from './run/hunt-mutants.ts';

const HELP = `npm run simulate -- [options]
  --seeds N        so many worlds, one after the other (default 10,000)
  --from S         beginning with this seed (default 1)
  --seed S         this one only; when it fails, also its smallest world that does
  --trace          with everything that happened in it
  --only f0,o2     with these parts of it only: faults (f), orders (o), restocks (r), foreigners (x); or 'none'
  --chance N       with other latencies and ids, and its counted faults elsewhere
  --mutants        break the product on purpose, once per mutant, until it is found out
  --mutant TEXT    only the mutants whose names hold this text; with --seed the one whose name it is
  --jobs N         threads (default: one per core)`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    only: { type: 'string' },
    chance: { type: 'string', default: '0' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} is ${JSON.stringify(text)}: give a whole number`);
};

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function run(): Promise<boolean> {
  const { seed, only, mutant } = values;
  const jobs = Math.max(1, wholeNumber('jobs', values.jobs));
  if (values.help) {
    print(HELP);
    return true;
  }
  if (seed !== undefined) return replayOne(wholeNumber('seed', seed), only, mutant);
  if (values.mutants || mutant !== undefined)
    return huntMutants({ maxSeeds: wholeNumber('seeds', values.seeds), jobs, only: mutant ?? '', print });
  const { simulate } = await import('./run/simulate.ts');
  return simulate({
    from: wholeNumber('from', values.from),
    seeds: wholeNumber('seeds', values.seeds),
    jobs,
    print,
  });
}

async function replayOne(
  seed: number,
  only: string | undefined,
  mutant: string | undefined,
): Promise<boolean> {
  const checkApplied = mutant === undefined ? () => undefined : loadMutant(mutantNamed(mutant));
  // Loaded behind the hook, so that the mutant is in it.
  const { replay } = await import('./run/replay.ts');
  checkApplied();
  const parts = only === undefined ? null : only === 'none' ? [] : only.split(',');
  const options = {
    seed,
    only: parts,
    chance: wholeNumber('chance', values.chance),
    mutant: mutant ?? null,
    isTracing: values.trace,
    print,
  };
  // A task of the event loop: a world runs promises itself, and cannot be begun from one.
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(replay(options));
      } catch (error) {
        reject(error);
      }
    });
  });
}

run().then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
