import type { Runtime } from '@order-saga/messaging';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';

/** The pipeline's surroundings in a real process: its clock, its ids, its timers. */
export const systemRuntime = (clock: Clock, ids: Ids): Runtime => ({
  monotonicMs: clock.monotonic,
  uuid: ids.uuid,
  random: ids.random,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon: setImmediate,
});
