import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { huntMutants } from './run/hunt-mutants.ts';
import { replay } from './run/replay.ts';
import { simulate } from './run/simulate.ts';

const HELP = `npm run simulate -- [options]
  --seeds N        so many worlds, one after the other (default 10,000)
  --from S         beginning with this seed (default 1)
  --seed S         this one only
  --trace          with everything that happened in it
  --only 0,2       with these faults of its plan only; 'none' with no fault
  --mutants        break the product on purpose, once per mutant, until it is found out
  --mutant TEXT    only the mutants whose names hold this text
  --jobs N         threads (default: one per core)`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    only: { type: 'string' },
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
  const { seed, only } = values;
  const jobs = Math.max(1, wholeNumber('jobs', values.jobs));
  if (values.help) {
    print(HELP);
    return true;
  }
  if (values.mutants || values.mutant !== undefined)
    return huntMutants({
      maxSeeds: wholeNumber('seeds', values.seeds),
      jobs,
      only: values.mutant ?? '',
      print,
    });
  if (seed === undefined)
    return simulate({
      from: wholeNumber('from', values.from),
      seeds: wholeNumber('seeds', values.seeds),
      jobs,
      print,
    });
  const faults = only === undefined ? null : only === 'none' ? [] : only.split(',').map(Number);
  return replay(wholeNumber('seed', seed), { only: faults, isTracing: values.trace, print });
}

// A task of the event loop: a world runs promises itself, and cannot be begun from one.
setImmediate(() => {
  run().then(
    (isGood) => {
      process.exitCode = isGood ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
});
