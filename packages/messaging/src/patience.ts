/**
 * How long an answer may take before the connection that it should come by counts as lost. Short at first, because a
 * connection whose other end has vanished is seen by nothing else, and everything waits meanwhile; longer after each
 * time it ran out, because a server that is merely slow must get its work done at some time.
 */
export class Patience {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #limitMs: number;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#limitMs = firstMs;
  }

  get limitMs(): number {
    return this.#limitMs;
  }

  ranOut(): void {
    this.#limitMs = Math.min(2 * this.#limitMs, this.#longestMs);
  }

  wasEnough(): void {
    this.#limitMs = this.#firstMs;
  }
}
