/** What is stored of a message; the offset is its place in the log. */
export interface StoredMessage {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, Buffer>>;
  readonly timestampMs: number;
}

/** One partition: an append-only log whose old end is cut off. */
export class PartitionLog {
  readonly #maxMessages: number;
  #messages: StoredMessage[] = [];
  /** How many of `#messages` are cut off already; they leave the array only now and then, for the price of a copy. */
  #cut = 0;
  #start = 0n;

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  get start(): bigint {
    return this.#start;
  }

  get end(): bigint {
    return this.#start + BigInt(this.#messages.length - this.#cut);
  }

  append(message: StoredMessage): void {
    this.#messages.push(message);
    if (this.#messages.length - this.#cut > this.#maxMessages) this.trim(this.#start + 1n);
  }

  /** From the offset on, or from the oldest message kept; at most `limit`. */
  read(from: bigint, limit: number): { readonly first: bigint; readonly messages: readonly StoredMessage[] } {
    const first = from < this.#start ? this.#start : from;
    const index = this.#cut + Number(first - this.#start);
    return { first, messages: this.#messages.slice(index, index + limit) };
  }

  /** Forgets what lies before the offset. */
  trim(before: bigint): void {
    const target = before < this.end ? before : this.end;
    if (target <= this.#start) return;
    this.#cut += Number(target - this.#start);
    this.#start = target;
    if (this.#cut < 64 || this.#cut * 2 < this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#cut);
    this.#cut = 0;
  }
}
