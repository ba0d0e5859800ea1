import { Worker } from 'node:worker_threads';
import type { WorkerNews, WorkerTask } from './worker.ts';

/** Ends a worker that hears nothing of itself for so long: a mutant may run in circles within one instant. */
const SILENCE_MS = 60_000;

export class SilentWorkerError extends Error {
  readonly code = 'NO_PROGRESS';
}

/** Runs the task in a thread of its own; rejects with what it throws, or when it makes no progress. */
export function runTask(task: WorkerTask, hear: (news: WorkerNews) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
    let silence = setTimeout(giveUp, SILENCE_MS);
    function giveUp(): void {
      void worker.terminate();
      reject(new SilentWorkerError(`no seed was finished within ${SILENCE_MS / 1_000} s`));
    }
    worker.on('message', (news: WorkerNews) => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, SILENCE_MS);
      hear(news);
    });
    worker.on('error', (error) => {
      clearTimeout(silence);
      reject(error);
    });
    worker.on('exit', () => {
      clearTimeout(silence);
      resolve();
    });
  });
}

/** So many at a time, in order. */
export async function inParallel<Item>(
  items: readonly Item[],
  jobs: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const line = [...items];
  const lanes = Array.from({ length: jobs }, async () => {
    for (let item = line.shift(); item !== undefined; item = line.shift()) await run(item);
  });
  await Promise.all(lanes);
}
