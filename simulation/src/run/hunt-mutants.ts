import { MUTANTS } from '../mutants/index.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { inParallel, SeedThread, SilentWorkerError } from './pool.ts';
import type { RangeFound } from './range.ts';

/** Runs every mutant until an invariant fells it. Answers whether none survived. */
export async function huntMutants(options: {
  readonly maxSeeds: number;
  readonly jobs: number;
  /** Only those whose names hold this text. */
  readonly only: string;
  print(line: string): void;
}): Promise<boolean> {
  const { maxSeeds, jobs, only, print } = options;
  const mutants = MUTANTS.filter(({ name }) => name.includes(only));
  const survivors: string[] = [];
  await inParallel(mutants, jobs, async (mutant) => {
    const end = await hunt(mutant, maxSeeds);
    if (end.fell) print(`fell      ${label(mutant)}  ${end.how}`);
    else {
      survivors.push(mutant.name);
      print(`SURVIVED  ${label(mutant)}  ${end.how}`);
    }
  });
  print('');
  print(
    survivors.length === 0
      ? `all ${mutants.length} mutants fell`
      : `${survivors.length} of ${mutants.length} mutants survived: ${survivors.join('; ')}`,
  );
  return survivors.length === 0;
}

const label = ({ rule, name }: Mutant): string => `${rule.padEnd(3)} ${name.padEnd(76)}`;

async function hunt(
  mutant: Mutant,
  maxSeeds: number,
): Promise<{ readonly fell: boolean; readonly how: string }> {
  const begunAt = performance.now();
  const found: RangeFound[] = [];
  let seeds = 0;
  const seconds = () => `${((performance.now() - begunAt) / 1_000).toFixed(1)} s`;
  const thread = new SeedThread(mutant);
  try {
    await thread.run(
      { from: 1, count: maxSeeds, enough: 1 },
      {
        news(news) {
          if (news.kind === 'found') found.push(news.found);
          else seeds += news.seeds;
        },
      },
    );
  } catch (error) {
    // An out-of-date mutant is no victory.
    if (!(error instanceof SilentWorkerError)) throw error;
    return { fell: true, how: `it runs in circles after ${seeds} seeds (${seconds()})` };
  } finally {
    await thread.close();
  }
  const [first] = found;
  return first === undefined
    ? { fell: false, how: `${maxSeeds} seeds (${seconds()})` }
    : {
        fell: true,
        how: `seed ${first.seed}, ${seconds()}, invariant ${first.violation.invariant}: ${first.violation.text.slice(0, 110)}`,
      };
}
