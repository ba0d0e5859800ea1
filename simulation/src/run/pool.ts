import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Mutant } from '../mutants/mutant.ts';
import type { RangeReport } from './range.ts';
import type { RangeTask, WorkerNews } from './worker.ts';

/** Ends a worker that hears nothing of itself for so long: a mutant may run in circles within one instant. */
const SILENCE_MS = 60_000;

// Whatever of a world is alive when the young generation is full is copied: with 128 MB instead of 16 that is seldom,
// and a seed costs a sixth less CPU. Read by the isolates that are made from now on.
setFlagsFromString('--min-semi-space-size=128');
setFlagsFromString('--max-semi-space-size=128');

export class SilentWorkerError extends Error {
  readonly code = 'NO_PROGRESS';
}

export interface Hearer {
  news(news: Exclude<WorkerNews, { readonly kind: 'done' }>): void;
}

/** A thread that runs range after range: what it has compiled stays compiled. */
export class SeedThread {
  readonly #worker: Worker;
  #ended: Error | undefined;
  #fail: (error: Error) => void = () => undefined;
  #hear: (news: WorkerNews) => void = () => undefined;

  constructor(mutant: Mutant | null) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { mutant } });
    this.#worker.on('message', (news: WorkerNews) => this.#hear(news));
    this.#worker.on('error', (error) => this.#end(error as Error));
    this.#worker.on('exit', () => this.#end(new Error('the thread ended before its seeds did')));
  }

  /** Rejects with what the thread throws, or when it makes no progress. */
  run(task: RangeTask, hearer: Hearer): Promise<RangeReport> {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      const giveUp = () => {
        this.#end(new SilentWorkerError(`no seed was finished within ${SILENCE_MS / 1_000} s`));
        void this.#worker.terminate();
      };
      let silence = setTimeout(giveUp, SILENCE_MS);
      this.#fail = (error) => {
        clearTimeout(silence);
        reject(error);
      };
      this.#hear = (news) => {
        clearTimeout(silence);
        if (news.kind === 'done') return resolve(news.report);
        silence = setTimeout(giveUp, SILENCE_MS);
        hearer.news(news);
      };
      this.#worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    this.#ended ??= new Error('the thread is closed');
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#fail(error);
  }
}

/** So many at a time, in order; `run` is told which of the places it has. */
export async function inParallel<Item>(
  items: readonly Item[],
  jobs: number,
  run: (item: Item, place: number) => Promise<void>,
): Promise<void> {
  const line = [...items];
  const places = Array.from({ length: jobs }, async (_, place) => {
    for (let item = line.shift(); item !== undefined; item = line.shift()) await run(item, place);
  });
  await Promise.all(places);
}
