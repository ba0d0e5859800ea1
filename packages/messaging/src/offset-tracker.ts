/**
 * What may be committed (rule O4): per partition the lowest offset that was fetched and is not done.
 * A group join drops everything pending, because the next fetch begins at the committed offset again:
 * a `done` that comes late, from an older generation, must not move a partition that may have a new owner.
 */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export class OffsetTracker {
  #generation = 0;
  #partitions = new Map<string, Map<number, PartitionWindow>>();

  get generation(): number {
    return this.#generation;
  }

  /** Forgets all pending offsets; answers the new generation. */
  join(): number {
    this.#partitions = new Map();
    this.#generation += 1;
    return this.#generation;
  }

  /**
   * Records a fetched offset. Answers false, and records nothing, when the offset is not above the last one
   * fetched: the log was cut or replaced under the consumer, which has to join again.
   */
  fetched(topic: string, partition: number, offset: bigint): boolean {
    const windows = this.#partitions.get(topic) ?? new Map<number, PartitionWindow>();
    if (windows.size === 0) this.#partitions.set(topic, windows);
    const window = windows.get(partition) ?? new PartitionWindow(offset);
    if (!windows.has(partition)) windows.set(partition, window);
    return window.add(offset);
  }

  /** Answers false when the message is of another generation or was never fetched. */
  done(message: PartitionOffset & { readonly generation: number }): boolean {
    if (message.generation !== this.#generation) return false;
    return this.#partitions.get(message.topic)?.get(message.partition)?.finish(message.offset) ?? false;
  }

  /** The lowest unfinished offset of every partition that has moved since the last `committed`. */
  committable(): PartitionOffset[] {
    const offsets: PartitionOffset[] = [];
    for (const [topic, windows] of this.#partitions) {
      for (const [partition, window] of windows) {
        const offset = window.lowestUnfinished();
        if (offset > window.committed) offsets.push({ topic, partition, offset });
      }
    }
    return offsets;
  }

  /** The broker took these offsets, as read in this generation; those of an older one are ignored. */
  committed(offsets: readonly PartitionOffset[], generation: number): void {
    if (generation !== this.#generation) return;
    for (const { topic, partition, offset } of offsets) {
      const window = this.#partitions.get(topic)?.get(partition);
      if (window !== undefined && offset > window.committed) window.committed = offset;
    }
  }

  get unfinished(): number {
    let count = 0;
    for (const windows of this.#partitions.values()) {
      for (const window of windows.values()) count += window.unfinished;
    }
    return count;
  }
}

const COMPACT_ABOVE = 1024;

/** The fetched offsets of one partition, in order; `#head` is the lowest unfinished one. */
class PartitionWindow {
  #offsets: bigint[] = [];
  #head = 0;
  #next: bigint;
  #doneAhead = new Set<bigint>();
  committed: bigint;

  constructor(first: bigint) {
    this.#next = first;
    this.committed = first;
  }

  get unfinished(): number {
    return this.#offsets.length - this.#head - this.#doneAhead.size;
  }

  add(offset: bigint): boolean {
    if (offset < this.#next) return false;
    this.#offsets.push(offset);
    this.#next = offset + 1n;
    return true;
  }

  finish(offset: bigint): boolean {
    const lowest = this.#offsets[this.#head];
    if (lowest === undefined || offset < lowest || offset >= this.#next) return false;
    if (offset > lowest) {
      this.#doneAhead.add(offset);
      return true;
    }
    this.#head += 1;
    while (this.#doneAhead.size > 0 && this.#doneAhead.delete(this.#offsets[this.#head] ?? -1n)) {
      this.#head += 1;
    }
    // Shifting the array for each message costs more than letting the finished ones stand for a while.
    if (this.#head > COMPACT_ABOVE && this.#head * 2 > this.#offsets.length) {
      this.#offsets = this.#offsets.slice(this.#head);
      this.#head = 0;
    }
    return true;
  }

  lowestUnfinished(): bigint {
    return this.#offsets[this.#head] ?? this.#next;
  }
}
