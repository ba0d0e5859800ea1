import type { Runtime } from '../src/runtime.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A runtime whose clock moves only when a test says so: the same test is the same run. */
export class VirtualRuntime implements Runtime {
  #now = 0;
  #drawn = 0;
  #soon: (() => void)[] = [];
  readonly #timers = new Set<Timer>();

  monotonicMs(): number {
    return this.#now;
  }

  uuid(): string {
    this.#drawn += 1;
    return `00000000-0000-4000-8000-${String(this.#drawn).padStart(12, '0')}`;
  }

  random(): number {
    return 0.5;
  }

  after(ms: number, run: () => void) {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Everything that happens without time passing. */
  async settle(): Promise<void> {
    do {
      for (const run of this.#soon.splice(0)) run();
      // One turn of the real loop: every promise that can settle by itself has then settled.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#soon.length > 0);
  }

  /** Runs what falls due within `ms`, in order, and what follows from it. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
      await this.settle();
    }
    this.#now = until;
  }

  #next(until: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= until);
    return due.reduce<Timer | undefined>(
      (first, timer) => (first && first.at <= timer.at ? first : timer),
      undefined,
    );
  }
}
