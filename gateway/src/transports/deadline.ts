/** Node's timers fire at once for a longer wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Does something once, after a time that may be years; keeps no process alive. */
export class Deadline {
  readonly #passed: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** Replaces what was set before. */
  set(inMs: number): void {
    this.clear();
    const waitMs = Math.min(Math.max(inMs, 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      if (inMs > waitMs) this.set(inMs - waitMs);
      else this.#passed();
    }, waitMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
