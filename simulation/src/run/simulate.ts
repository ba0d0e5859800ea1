import { Coverage } from '../world/coverage.ts';
import { describeCoverage } from './describe-coverage.ts';
import { inParallel, SeedThread } from './pool.ts';
import type { RangeFound } from './range.ts';
import { describeFailure } from './replay.ts';
import { scenarioOf } from './scenario.ts';

const ENOUGH = 5;
/** Seeds a thread takes at a time. */
const CHUNK = 250;

/** Many seeds, over all cores. Answers whether every invariant held in every world. */
export async function simulate(options: {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  print(line: string): void;
}): Promise<boolean> {
  const { from, seeds, jobs, print } = options;
  const begunAt = performance.now();
  const coverage = new Coverage();
  const found: RangeFound[] = [];
  const sum = { seeds: 0, faults: 0, virtualMs: 0 };
  const size = Math.min(CHUNK, Math.ceil(seeds / jobs));
  const chunks = Array.from({ length: Math.ceil(seeds / size) }, (_, at) => ({
    from: from + at * size,
    count: Math.min(size, seeds - at * size),
  }));
  const threads = Array.from({ length: Math.min(jobs, chunks.length) }, () => new SeedThread(null));
  await inParallel(chunks, threads.length, async (chunk, place) => {
    if (found.length >= ENOUGH) return;
    const thread = threads[place] as SeedThread;
    const report = await thread.run(
      { ...chunk, enough: ENOUGH },
      {
        news(news) {
          if (news.kind === 'found') found.push(news.found);
        },
      },
    );
    sum.seeds += report.seeds;
    sum.faults += report.faults;
    sum.virtualMs += report.virtualMs;
    coverage.add(report.counts);
  });
  for (const thread of threads) await thread.close();
  const seconds = (performance.now() - begunAt) / 1_000;
  for (const line of describeCoverage(coverage)) print(line);
  print('');
  print(
    `${sum.seeds.toLocaleString('en-US')} seeds in ${seconds.toFixed(1)} s (${Math.round(sum.seeds / seconds)}/s), ${(sum.faults / sum.seeds).toFixed(1)} faults a seed, ${(sum.virtualMs / 3_600_000).toFixed(1)} hours of virtual time`,
  );
  if (found.length === 0) {
    print('every invariant held in every world');
    return true;
  }
  found.sort((a, b) => a.seed - b.seed);
  for (const { seed } of found.slice(0, 2))
    for (const line of await inTask(() => describeFailure(scenarioOf(seed)))) print(line);
  print(`violated in ${found.length} worlds: seeds ${found.map(({ seed }) => seed).join(', ')}`);
  return false;
}

/** A world cannot be begun from a promise. */
const inTask = <Answer>(run: () => Answer): Promise<Answer> =>
  new Promise((resolve) => setImmediate(() => resolve(run())));
