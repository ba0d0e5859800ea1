import type { Cancel, Log, Runtime } from '../runtime.ts';

/** More than so many parked in a minute is no longer the fault of messages: consumption stops (rule L7). */
const MAX_PARKED_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

export interface FloodOptions {
  readonly runtime: Runtime;
  readonly log: Log;
  /** It has begun, or is over. */
  onChange(): void;
}

/** Tells faults of messages from a fault of the system, by their number. */
export class Flood {
  readonly #options: FloodOptions;
  #parkedAt: number[] = [];
  #cancel: Cancel = () => undefined;
  #isOn = false;

  constructor(options: FloodOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Counts one more to park. False: there are too many, and it has to wait until the flood is over. */
  takes(): boolean {
    const { runtime, log, onChange } = this.#options;
    if (this.#isOn) return false;
    const now = runtime.monotonicMs();
    this.#parkedAt = this.#parkedAt.filter((at) => now - at < MINUTE_MS);
    if (this.#parkedAt.length < MAX_PARKED_PER_MINUTE) {
      this.#parkedAt.push(now);
      return true;
    }
    this.#isOn = true;
    log.error(
      { parkedInAMinute: this.#parkedAt.length },
      'too many messages are at fault for it to be theirs: consumption stops for a minute; look at the dead letters',
    );
    this.#cancel = runtime.after(MINUTE_MS, () => {
      this.#isOn = false;
      this.#parkedAt = [];
      onChange();
    });
    onChange();
    return false;
  }

  close(): void {
    this.#cancel();
  }
}
