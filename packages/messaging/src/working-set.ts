/**
 * The rows a turn works on. Each message is decided on what the messages before it left (rule L3); what a message
 * wrote before it threw is discarded whole; and every row is saved once.
 */
export class WorkingSet<Row> {
  readonly #key: (row: Row) => string;
  readonly #stored: ReadonlyMap<string, Row>;
  readonly #accepted = new Map<string, Row>();
  readonly #draft = new Map<string, Row>();

  constructor(key: (row: Row) => string, stored: readonly Row[]) {
    this.#key = key;
    this.#stored = new Map(stored.map((row) => [key(row), row]));
  }

  get(key: string): Row | undefined {
    return this.#draft.get(key) ?? this.#accepted.get(key) ?? this.#stored.get(key);
  }

  /** As the store has it, whatever was decided since: what a guarded update expects. */
  stored(key: string): Row | undefined {
    return this.#stored.get(key);
  }

  put(row: Row): void {
    this.#draft.set(this.#key(row), row);
  }

  accept(): void {
    for (const [key, row] of this.#draft) this.#accepted.set(key, row);
    this.#draft.clear();
  }

  discard(): void {
    this.#draft.clear();
  }

  /** Rows the store does not have yet, in key order, so that two lanes insert in one order (rule L1). */
  inserts(): Row[] {
    return this.#written((key) => !this.#stored.has(key));
  }

  /** Rows the store has, in key order. */
  updates(): Row[] {
    return this.#written((key) => this.#stored.has(key));
  }

  #written(wanted: (key: string) => boolean): Row[] {
    const keys = [...this.#accepted.keys()].filter(wanted).sort();
    return keys.map((key) => this.#accepted.get(key) as Row);
  }
}

/** Writes that are not rows of a working set: outbox messages, history entries, removals. Same rule: all of a message's or none. */
export class WriteList<Item> {
  readonly #accepted: Item[] = [];
  #draft: Item[] = [];

  add(item: Item): void {
    this.#draft.push(item);
  }

  accept(): void {
    if (this.#draft.length === 0) return;
    this.#accepted.push(...this.#draft);
    this.#draft = [];
  }

  discard(): void {
    this.#draft = [];
  }

  all(): readonly Item[] {
    return this.#accepted;
  }
}
