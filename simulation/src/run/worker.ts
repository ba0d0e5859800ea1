import { parentPort, workerData } from 'node:worker_threads';
import { loadMutant } from '../mutants/load-mutant.ts';
import type { Mutant } from '../mutants/mutant.ts';
import type { RangeFound, RangeReport } from './range.ts';

/** Ranges of seeds, one after the other, in a thread of its own: on the product as it is or with a mutant in it. */
export interface RangeTask {
  readonly from: number;
  readonly count: number;
  /** Ends at the so-manieth violation. */
  readonly enough: number;
}

export type WorkerNews =
  | { readonly kind: 'progress'; readonly seeds: number }
  | { readonly kind: 'found'; readonly found: RangeFound }
  | { readonly kind: 'done'; readonly report: RangeReport };

const { mutant } = workerData as { readonly mutant: Mutant | null };
const checkApplied = mutant === null ? () => undefined : loadMutant(mutant);
// Loaded behind the hook, so that the mutant is in it.
const { runRange } = await import('./range.ts');
checkApplied();

const tell = (news: WorkerNews) => parentPort?.postMessage(news);

parentPort?.on('message', ({ from, count, enough }: RangeTask) => {
  // A task of the event loop: promises are run from within a world, and that cannot be nested.
  setImmediate(() => {
    const report = runRange(from, count, {
      enough,
      found: (found) => tell({ kind: 'found', found }),
      progress: (seeds) => tell({ kind: 'progress', seeds }),
    });
    tell({ kind: 'done', report });
  });
});
