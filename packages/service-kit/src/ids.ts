import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Chance, as an input: one seed gives one run. */
export interface Ids {
  /** A UUID version 7 (RFC 9562) in lower case. Later ones of one source sort after earlier ones. */
  uuid(): string;
  /** At least 0, less than 1; for jitter, not for secrets. */
  random(): number;
}

/** Two bytes begin the counter, eight fill `rand_b`; a pool of them makes one call into the system do for 400 ids. */
const BYTES_PER_ID = 10;
const POOL_BYTES = 400 * BYTES_PER_ID;
const COUNTER_BITS = 12;

/**
 * `rand_a` is a counter (RFC 9562 section 6.2, method 1): it begins each millisecond in its lower half, and when it
 * runs over, or the clock goes backwards, ids continue from the latest time used. `crypto.randomUUIDv7` promises no
 * order within a millisecond, and inserts in key order are what a B-tree likes.
 */
export function randomIds(clock: Pick<Clock, 'now'>): Ids {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = 0;
  let counter = 0;

  const draw = (): number => {
    if (used === POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += BYTES_PER_ID;
    return used - BYTES_PER_ID;
  };

  const uuid = (): string => {
    const at = draw();
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      counter = pool.readUInt16BE(at) & ((1 << (COUNTER_BITS - 1)) - 1);
    } else if (++counter === 1 << COUNTER_BITS) {
      lastMs += 1;
      counter = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const randA = counter.toString(16).padStart(3, '0');
    pool[at + 2] = ((pool[at + 2] ?? 0) & 0x3f) | 0x80;
    const randB = pool.toString('hex', at + 2, at + BYTES_PER_ID);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${randB.slice(0, 4)}-${randB.slice(4)}`;
  };

  return { uuid, random: Math.random };
}
