import type { Subscription } from '../broker.ts';
import type { PartitionOffset } from '../offset-tracker.ts';
import type { AssignedPartition, MemoryConsumer } from './memory-consumer.ts';
import type { PartitionLog } from './partition-log.ts';

const keyOf = (topic: string, partition: number) => `${topic} ${partition}`;

/** A consumer group: its committed offsets, and its partitions dealt out to whoever is a member. */
export class MemoryGroup {
  readonly #logsOf: (topic: string) => readonly PartitionLog[];
  readonly #committed = new Map<string, bigint>();
  readonly #members = new Set<MemoryConsumer>();

  constructor(logsOf: (topic: string) => readonly PartitionLog[]) {
    this.#logsOf = logsOf;
  }

  join(consumer: MemoryConsumer): void {
    this.#members.add(consumer);
    this.#rebalance();
  }

  leave(consumer: MemoryConsumer): void {
    this.#members.delete(consumer);
    this.#rebalance();
  }

  commit(offsets: readonly PartitionOffset[]): void {
    for (const { topic, partition, offset } of offsets) this.#committed.set(keyOf(topic, partition), offset);
  }

  /** Null while the group has no claim on the partition. */
  committedOffset(topic: string, partition: number): bigint | null {
    return this.#committed.get(keyOf(topic, partition)) ?? null;
  }

  wake(topic: string): void {
    for (const member of this.#members) {
      if (member.subscription.topics.includes(topic)) member.wake();
    }
  }

  /** The broker was wiped: offsets are gone, and every member joins anew. */
  forget(): void {
    this.#committed.clear();
    this.#rebalance();
  }

  #rebalance(): void {
    const members = [...this.#members];
    const [first] = members;
    if (first === undefined) return;
    const shares = members.map((): AssignedPartition[] => []);
    let turn = 0;
    for (const topic of first.subscription.topics) {
      this.#logsOf(topic).forEach((log, partition) => {
        shares[turn % members.length]?.push(this.#assigned(topic, partition, log, first.subscription));
        turn += 1;
      });
    }
    members.forEach((member, index) => {
      member.assign(shares[index] ?? []);
    });
  }

  #assigned(topic: string, partition: number, log: PartitionLog, { from }: Subscription): AssignedPartition {
    const key = keyOf(topic, partition);
    const committed = this.#committed.get(key) ?? (from === 'earliest' ? log.start : log.end);
    // A group that begins at the end has its place from now on: a rebalance must not move it past what came since.
    this.#committed.set(key, committed);
    return {
      topic,
      partition,
      position: committed,
      end: log.end,
      read: (offset, limit) => log.read(offset, limit),
    };
  }
}
