const FIRST_MS = 5_000;
const LONGEST_MS = 20_000;

/**
 * How long half a turn may go unanswered before its connection counts as lost. Short, because a connection whose other
 * end vanished is seen by nothing else, and every order waits meanwhile; longer after each time it ran out, because a
 * database that is merely slow must get its turn done at some time.
 */
export class TurnPatience {
  #limitMs = FIRST_MS;

  get limitMs(): number {
    return this.#limitMs;
  }

  ranOut(): void {
    this.#limitMs = Math.min(2 * this.#limitMs, LONGEST_MS);
  }

  wasEnough(): void {
    this.#limitMs = FIRST_MS;
  }
}

export class NoAnswer extends Error {
  readonly code = 'NO_ANSWER';

  constructor(limitMs: number) {
    super(`no answer from PostgreSQL within ${limitMs} ms`);
  }
}
