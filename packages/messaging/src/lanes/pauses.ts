import type { Cancel, Runtime } from '../runtime.ts';

export interface PauseLength {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Waits that double each round, with jitter. `end` ends the one under way and those to come. */
export class Pauses {
  readonly #runtime: Runtime;
  #endCurrent: Cancel = () => undefined;
  #isEnded = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  async wait(round: number, { firstMs, longestMs }: PauseLength): Promise<void> {
    if (this.#isEnded) return;
    const ceiling = Math.min(firstMs * 2 ** round, longestMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#runtime.after(ceiling * (0.5 + this.#runtime.random() / 2), resolve);
    this.#endCurrent = resolve;
    await promise;
    cancel();
  }

  end(): void {
    this.#isEnded = true;
    this.#endCurrent();
  }
}
