import type { Admin } from 'kafkajs';
import type { IncomingMessage } from '../broker.ts';
import type { Assignment } from './consumer-session.ts';

const keyOf = (topic: string, partition: number) => `${topic} ${partition}`;

/**
 * Whether every assigned partition was read to the end it had at the last group join (rule E2): what lies unread may
 * be the answer that somebody is about to call overdue.
 */
export class ReadProgress {
  readonly #groupId: string;
  readonly #from: 'earliest' | 'latest';
  #assignment: Assignment = {};
  #joins = 0;
  #isLoading = false;
  /** Null until the ends of the current assignment are known; then the partitions that are still behind theirs. */
  #behind: Map<string, bigint> | null = null;
  /** What was read before the ends were known. */
  #read = new Map<string, bigint>();

  constructor(groupId: string, from: 'earliest' | 'latest') {
    this.#groupId = groupId;
    this.#from = from;
  }

  get caughtUp(): boolean {
    return this.#behind?.size === 0;
  }

  get isUnknown(): boolean {
    return this.#behind === null && !this.#isLoading;
  }

  join(assignment: Assignment): void {
    this.#joins += 1;
    this.#assignment = assignment;
    this.#behind = null;
    this.#read = new Map();
    this.#isLoading = false;
  }

  leave(): void {
    this.join({});
  }

  read(messages: readonly IncomingMessage[]): void {
    if (this.#behind?.size === 0) return;
    for (const { topic, partition, offset } of messages) {
      const key = keyOf(topic, partition);
      if (this.#behind === null) this.#read.set(key, offset + 1n);
      else if (offset + 1n >= (this.#behind.get(key) ?? 0n)) this.#behind.delete(key);
    }
  }

  /** Reads the ends from the broker. The answer is dropped when the group was joined anew meanwhile. */
  async load(withAdmin: (errand: (admin: Admin) => Promise<void>) => Promise<void>): Promise<void> {
    const joins = this.#joins;
    const assignment = this.#assignment;
    const topics = Object.keys(assignment);
    const behind = new Map<string, bigint>();
    this.#isLoading = true;
    try {
      if (topics.length > 0) await withAdmin((admin) => this.#findBehind(admin, assignment, topics, behind));
      if (joins !== this.#joins) return;
      for (const [key, position] of this.#read) {
        if (position >= (behind.get(key) ?? 0n)) behind.delete(key);
      }
      this.#behind = behind;
    } finally {
      if (joins === this.#joins) this.#isLoading = false;
    }
  }

  async #findBehind(
    admin: Admin,
    assignment: Assignment,
    topics: string[],
    behind: Map<string, bigint>,
  ): Promise<void> {
    const committed = new Map<string, bigint>();
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId: this.#groupId, topics })) {
      for (const { partition, offset } of partitions) committed.set(keyOf(topic, partition), BigInt(offset));
    }
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (!assignment[topic]?.includes(partition)) continue;
        const end = BigInt(high);
        const start = committed.get(keyOf(topic, partition)) ?? -1n;
        // A commit that the log does not reach was made in a log that is gone: the consumer begins anew.
        const isUsable = start >= 0n && start <= end;
        const position = isUsable ? start : this.#from === 'earliest' ? BigInt(low) : end;
        if (position < end) behind.set(keyOf(topic, partition), end);
      }
    }
  }
}
