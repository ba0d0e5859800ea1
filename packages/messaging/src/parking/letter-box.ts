import type { DeadLetter, DeadLetters } from '../dead-letters.ts';
import type { Log, Observer, Runtime } from '../runtime.ts';

const RETRY_MS = 500;

export interface LetterBoxOptions {
  readonly deadLetters: DeadLetters;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
}

/** Puts dead letters where they are durable, however long that takes. */
export class LetterBox {
  readonly #options: LetterBoxOptions;
  #isClosed = false;
  #isFailing = false;

  constructor(options: LetterBoxOptions) {
    this.#options = options;
  }

  /** True once it is durable; false when the box was closed before: then the message is read again. */
  put(letter: DeadLetter): Promise<boolean> {
    return this.#try(letter, () => this.#options.deadLetters.park(letter).then(() => true));
  }

  /** As `put`, but when enough forged ones lie there already it is left out, and that is true as well. */
  putForged(letter: DeadLetter): Promise<boolean> {
    return this.#try(letter, () => this.#options.deadLetters.parkForged(letter));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #try(letter: DeadLetter, store: () => Promise<boolean>): Promise<boolean> {
    const { runtime, log, observer } = this.#options;
    for (;;) {
      try {
        if (await store()) observer.parked(letter.fault.cause);
        this.#isFailing = false;
        return true;
      } catch (error) {
        if (this.#isClosed) return false;
        if (!this.#isFailing)
          log.warn({ id: letter.id, error: String(error) }, 'dead letters cannot be stored, trying again');
        this.#isFailing = true;
        await new Promise<void>((resolve) => runtime.after(RETRY_MS, resolve));
      }
    }
  }
}
