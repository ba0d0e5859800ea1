import { chance } from './random.ts';

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** How long to wait after so many failures in a row: doubling, up to 10 s, spread so that clients do not come back together. */
export const backoffMs = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10)) * (0.5 + chance() / 2);

/** A page hears when its browser is back on the network; Node has no such thing. */
const page = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;

/** Ends early when the browser finds its network again. Rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = (settle: () => void) => () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      page.removeEventListener?.('online', done);
      settle();
    };
    const done = end(resolve);
    const abort = end(() => reject(signal?.reason));
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', abort);
    page.addEventListener?.('online', done);
  });
}
