import type { Consumer, ConsumerState, IncomingMessage, Subscription } from '../broker.ts';
import { OffsetTracker, type PartitionOffset } from '../offset-tracker.ts';
import type { StoredMessage } from './partition-log.ts';

export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Where the group's committed offset says to begin. */
  readonly position: bigint;
  /** The end of the log at the join. */
  readonly end: bigint;
  read(from: bigint, limit: number): { readonly first: bigint; readonly messages: readonly StoredMessage[] };
}

/** What a consumer needs of its group and of the broker. */
export interface MemoryConsumerOptions {
  readonly subscription: Subscription;
  readonly schedule: (turn: () => void) => void;
  readonly monotonicNow: () => number;
  readonly join: (consumer: MemoryConsumer) => void;
  readonly leave: (consumer: MemoryConsumer) => void;
  readonly commit: (offsets: readonly PartitionOffset[]) => void;
  readonly isAvailable: () => boolean;
}

const FETCH_LIMIT = 500;

interface Cursor extends AssignedPartition {
  next: bigint;
}

export class MemoryConsumer implements Consumer {
  readonly subscription: Subscription;
  readonly #options: MemoryConsumerOptions;
  readonly #tracker = new OffsetTracker();
  readonly #firstJoin = Promise.withResolvers<void>();
  #cursors: Cursor[] = [];
  #phase: 'idle' | 'starting' | 'joined' | 'stopped' = 'idle';
  #isPaused = false;
  #isHandingOver = false;
  #isPumpScheduled = false;
  #lastFetchAt: number | null = null;

  constructor(options: MemoryConsumerOptions) {
    this.#options = options;
    this.subscription = options.subscription;
  }

  start(): Promise<void> {
    if (this.#phase === 'idle') {
      this.#phase = 'starting';
      this.wake();
    }
    return this.#firstJoin.promise;
  }

  async stop(): Promise<void> {
    if (this.#phase === 'stopped') return;
    const wasMember = this.#phase === 'joined';
    this.#phase = 'stopped';
    this.#cursors = [];
    this.#firstJoin.resolve();
    if (wasMember) this.#options.leave(this);
  }

  done(message: PartitionOffset & { readonly generation: number }): void {
    if (this.#phase === 'stopped' || !this.#tracker.done(message)) return;
    const offsets = this.#tracker.committable();
    if (offsets.length === 0) return;
    this.#tracker.committed(offsets, this.#tracker.generation);
    this.#options.commit(offsets);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  state(): ConsumerState {
    // A fetch within the process always answers: it is as recent as the question, unless nothing is being fetched.
    if (this.#isFetching()) this.#lastFetchAt = this.#options.monotonicNow();
    const isBehind = this.#cursors.some((cursor) => cursor.next < cursor.end);
    return {
      phase: this.#publicPhase(),
      caughtUp: this.#phase === 'joined' && !isBehind,
      lastFetchAt: this.#lastFetchAt,
      unfinished: this.#tracker.unfinished,
    };
  }

  /** The group was joined anew: what was fetched before and not committed is fetched again (rule O4). */
  assign(partitions: readonly AssignedPartition[]): void {
    this.#tracker.join();
    this.#cursors = partitions.map((partition) => ({ ...partition, next: partition.position }));
    this.#phase = 'joined';
    this.#firstJoin.resolve();
    this.wake();
  }

  /** There may be something to fetch, or a group to join. */
  wake(): void {
    if (this.#isPumpScheduled || !(this.#isFetching() || this.#canJoin())) return;
    this.#isPumpScheduled = true;
    this.#options.schedule(() => {
      this.#isPumpScheduled = false;
      if (this.#canJoin()) this.#options.join(this);
      else this.#pump();
    });
  }

  #canJoin(): boolean {
    return this.#phase === 'starting' && this.#options.isAvailable();
  }

  #publicPhase(): ConsumerState['phase'] {
    if (this.#phase === 'stopped') return 'stopped';
    if (this.#phase !== 'joined') return 'starting';
    if (!this.#options.isAvailable()) return 'reconnecting';
    return this.#isPaused ? 'paused' : 'consuming';
  }

  #isFetching(): boolean {
    return this.#phase === 'joined' && !this.#isPaused && !this.#isHandingOver && this.#options.isAvailable();
  }

  #pump(): void {
    if (!this.#isFetching()) return;
    const messages = this.#fetch();
    if (messages.length === 0) return;
    this.#isHandingOver = true;
    const generation = this.#tracker.generation;
    this.subscription.onMessages(messages).then(
      () => {
        this.#isHandingOver = false;
        this.wake();
      },
      () => {
        this.#isHandingOver = false;
        // As on Kafka: the batch was not taken, so the consumer begins at its committed offsets again.
        if (this.#phase === 'joined' && generation === this.#tracker.generation) this.#options.join(this);
      },
    );
  }

  #fetch(): IncomingMessage[] {
    const fetched: IncomingMessage[] = [];
    const { generation } = this.#tracker;
    for (const cursor of this.#cursors) {
      const { topic, partition } = cursor;
      const { first, messages } = cursor.read(cursor.next, FETCH_LIMIT - fetched.length);
      messages.forEach((message, index) => {
        const offset = first + BigInt(index);
        this.#tracker.fetched(topic, partition, offset);
        fetched.push({ topic, partition, offset, generation, ...message });
      });
      if (messages.length > 0) cursor.next = first + BigInt(messages.length);
    }
    return fetched;
  }
}
