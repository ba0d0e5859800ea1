import type { Log, Runtime } from '../runtime.ts';

/** Who has no key could otherwise fill the database, and keep it busy. All forged messages are counted. */
const KEPT_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

/** How many forged messages become dead letters: the first of each minute. */
export class ForgedAllowance {
  readonly #runtime: Runtime;
  readonly #log: Log;
  #minuteBegan = Number.NEGATIVE_INFINITY;
  #kept = 0;

  constructor(runtime: Runtime, log: Log) {
    this.#runtime = runtime;
    this.#log = log;
  }

  /** False: count it, and keep nothing of it. */
  takes(): boolean {
    const now = this.#runtime.monotonicMs();
    if (now - this.#minuteBegan >= MINUTE_MS) {
      this.#minuteBegan = now;
      this.#kept = 0;
    }
    this.#kept += 1;
    if (this.#kept === KEPT_PER_MINUTE + 1)
      this.#log.warn(
        { keptPerMinute: KEPT_PER_MINUTE },
        'forged messages come faster than they are kept: for a minute the rest is only counted, by cause',
      );
    return this.#kept <= KEPT_PER_MINUTE;
  }
}
