import { monitorEventLoopDelay } from 'node:perf_hooks';
import { publicError } from './public-error.ts';

export interface Load {
  /** Throws OVERLOADED while what comes now would wait too long. */
  check(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 500;
const RETRY_AFTER_S = 1;

/**
 * Answers early that there is too much to do: late answers cost as much as timely ones, and nobody waits for them. A
 * process without spare time is known by how late its timers are.
 */
export function watchLoad({ maxDelayMs }: { readonly maxDelayMs: number }): Load {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let isTooHigh = false;
  const looking = setInterval(() => {
    // The mean, because one pause (garbage, a start) is no load.
    isTooHigh = delay.mean / 1e6 > maxDelayMs;
    delay.reset();
  }, LOOK_EVERY_MS);
  looking.unref();
  return {
    check() {
      if (!isTooHigh) return;
      throw publicError('OVERLOADED', `Too much is asked of us at once. Try again in ${RETRY_AFTER_S} s.`, {
        retryAfterS: RETRY_AFTER_S,
      });
    },
    stop() {
      clearInterval(looking);
      delay.disable();
    },
  };
}
