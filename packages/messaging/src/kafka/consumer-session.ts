import type { EachBatchPayload, Consumer as KafkajsConsumer } from 'kafkajs';
import type { IncomingMessage, Subscription } from '../broker.ts';
import type { PartitionOffset } from '../offset-tracker.ts';
import { type ClientOptions, KafkaClient } from './client.ts';
import { incomingMessage } from './incoming-message.ts';

export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface ConsumerTuning {
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly maxBytesPerPartition: number;
  /** At least the number of partitions that one consumer can be assigned. */
  readonly concurrency: number;
}

export interface SessionOptions {
  readonly client: ClientOptions;
  readonly subscription: Subscription;
  readonly tuning: ConsumerTuning;
  /** A group join: answers the generation of the messages that follow it. */
  readonly onJoin: (assignment: Assignment, memberId: string) => number;
  readonly onFetchAnswered: () => void;
  /** Records the messages as fetched; answers false when they do not follow on those before. */
  readonly onFetched: (messages: readonly IncomingMessage[]) => boolean;
}

/**
 * The life of one kafkajs consumer, from connect to crash. It is never repaired: when it ends, for whatever reason, its
 * owner makes the next one, which begins at the committed offsets.
 */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #client: KafkaClient;
  readonly #consumer: KafkajsConsumer;
  readonly #end = Promise.withResolvers<Error>();
  readonly #stopTaking = Promise.withResolvers<void>();
  /** Nodes whose current fetch was sent before the last join: what they answer belongs to no generation. */
  readonly #outdatedFetches = new Set<string>();
  readonly #activeFetches = new Set<string>();
  #collected: EachBatchPayload[] = [];
  #handOver: Promise<void> | null = null;
  #pending: Promise<void> | null = null;
  #lastPayload: EachBatchPayload | null = null;
  #generation = 0;
  #assigned = 0;
  #isPaused = false;
  #isClosed = false;

  /** Settles when the session is over and has to be replaced. */
  readonly ended: Promise<Error> = this.#end.promise;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#client = new KafkaClient(options.client);
    const { tuning, subscription } = options;
    this.#consumer = this.#client.kafka.consumer({
      groupId: subscription.groupId,
      sessionTimeout: tuning.sessionTimeoutMs,
      heartbeatInterval: tuning.heartbeatMs,
      rebalanceTimeout: tuning.rebalanceTimeoutMs,
      maxWaitTimeInMs: tuning.maxWaitMs,
      maxBytesPerPartition: tuning.maxBytesPerPartition,
      minBytes: 1,
      allowAutoTopicCreation: false,
      // kafkajs restarts itself only after some errors, and stays silent after the others: never leave it to it.
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 400, restartOnFailure: async () => false },
    });
  }

  /** True while a handed-over batch waits for room, when no fetch is expected. */
  get isWaitingForRoom(): boolean {
    return this.#pending !== null;
  }

  /** Resolves when the group was joined; rejects, or ends the session, when it could not be. */
  async open(): Promise<void> {
    const { subscription, tuning } = this.#options;
    this.#listen();
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: [...subscription.topics],
      fromBeginning: subscription.from === 'earliest',
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: tuning.concurrency,
      eachBatch: this.#eachBatch,
    });
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#generation > 0) this.#consumer.pause(this.#topics());
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#generation > 0) this.#consumer.resume(this.#topics());
  }

  /**
   * Through the batch's own commit, which does not retry: a retry could come after the next group join and would then
   * be taken as a commit of the new generation (rule O4).
   */
  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    const partitions = Map.groupBy(offsets, (entry) => entry.topic);
    await this.#lastPayload?.commitOffsetsIfNecessary({
      topics: Array.from(partitions, ([topic, entries]) => ({
        topic,
        partitions: entries.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
      })),
    });
  }

  /** Ends the session for a reason that its owner found. */
  fail(reason: Error): void {
    this.#end.resolve(reason);
  }

  /** No further message is handed over; a batch that waits for room no longer holds the fetch loop. */
  stopTaking(): void {
    this.#isClosed = true;
    this.#stopTaking.resolve();
  }

  /** Leaves the group if the broker answers within the bound. */
  async close(boundMs: number): Promise<void> {
    this.stopTaking();
    await this.#client.close(() => this.#consumer.disconnect(), boundMs);
  }

  #topics(): { topic: string }[] {
    return this.#options.subscription.topics.map((topic) => ({ topic }));
  }

  #listen(): void {
    const { CRASH, FETCH, FETCH_START, GROUP_JOIN, REQUEST } = this.#consumer.events;
    this.#consumer.on(CRASH, ({ payload }) => this.#end.resolve(payload.error));
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      for (const node of this.#activeFetches) this.#outdatedFetches.add(node);
      this.#assigned = Object.values(payload.memberAssignment).reduce((sum, list) => sum + list.length, 0);
      this.#generation = this.#options.onJoin(payload.memberAssignment, payload.memberId);
      if (this.#isPaused) this.#consumer.pause(this.#topics());
    });
    this.#consumer.on(FETCH_START, ({ payload }) => {
      const node = String((payload as { nodeId: unknown }).nodeId);
      this.#activeFetches.add(node);
      this.#outdatedFetches.delete(node);
    });
    // kafkajs reports a fetch that failed as FETCH too; only the request itself says that the broker answered.
    this.#consumer.on(REQUEST, ({ payload }) => {
      if (payload.apiName === 'Fetch' && this.#outdatedFetches.size === 0) this.#options.onFetchAnswered();
    });
    this.#consumer.on(FETCH, () => {
      if (this.#assigned === 0) this.#options.onFetchAnswered();
    });
  }

  /** kafkajs calls this for every partition of a fetch in one go; they are handed over together. */
  #eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    this.#lastPayload = payload;
    while (this.#pending !== null && !this.#isClosed) await this.#waitForRoom(this.#pending, payload);
    if (this.#isClosed || this.#isPaused) return;
    this.#collected.push(payload);
    this.#handOver ??= Promise.resolve().then(() => this.#handOverCollected());
    await this.#handOver;
  };

  async #handOverCollected(): Promise<void> {
    const payloads = this.#collected;
    this.#collected = [];
    this.#handOver = null;
    // Not moving the fetch position is enough to drop a batch: the next fetch brings what is right.
    if (this.#outdatedFetches.size > 0) return;
    const messages: IncomingMessage[] = [];
    for (const { batch, resolveOffset } of payloads) {
      for (const message of batch.messages) {
        messages.push(incomingMessage(batch.topic, batch.partition, this.#generation, message));
      }
      // The fetch position moves on now, long before the offset is committed.
      const last = batch.messages.at(-1);
      if (last !== undefined) resolveOffset(last.offset);
    }
    const [first] = payloads;
    if (first === undefined || messages.length === 0) return;
    if (!this.#options.onFetched(messages)) {
      this.#end.resolve(new Error('The offsets of a partition went backwards: its log was replaced'));
      return;
    }
    this.#pending = this.#options.subscription
      .onMessages(messages)
      .catch((cause: unknown) => this.#end.resolve(new Error('onMessages failed', { cause })))
      .finally(() => {
        this.#pending = null;
      });
    await this.#waitForRoom(this.#pending, first);
  }

  /** kafkajs sends no heartbeat while a handler runs: a timer does, and a failed one ends the wait, to join again. */
  async #waitForRoom(room: Promise<void>, { heartbeat }: EachBatchPayload): Promise<void> {
    const expelled = Promise.withResolvers<never>();
    const timer = setInterval(() => heartbeat().catch(expelled.reject), this.#options.tuning.heartbeatMs);
    try {
      await Promise.race([room, expelled.promise, this.#stopTaking.promise]);
    } finally {
      clearInterval(timer);
    }
  }
}
