import type { TopicSpec } from '@order-saga/contracts';

/**
 * The broker port. Kafka is transport only: durability and once-only effects come from PostgreSQL.
 * Two adapters keep it, `kafka/` and `memory/`, and pass one contract suite.
 */
export interface Broker {
  /** Creates the topics that are missing and leaves the others as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Sends the messages and answers one outcome each, in order, once the broker has acknowledged or refused them.
   * Rejects with a `BrokerUnavailableError` when the outcome of the whole call is unknown: send again.
   */
  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishOutcome[]>;
  consume(subscription: Subscription): Consumer;
  health(): BrokerHealth;
  close(): Promise<void>;
}

export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string;
  /** JSON text; what is published is exactly these characters. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `too-large`: the broker will never take this message (rule O3); park it, do not send it again. */
export type PublishOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'too-large'; readonly reason: string };

export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Counts the group joins of this consumer; `done` of an older generation is dropped (rule O4). */
  readonly generation: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  /** When the broker (or producer) stamped it, in milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface Subscription {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Where a group without committed offsets begins. */
  readonly from: 'earliest' | 'latest';
  /** Takes a fetched batch. The promise resolves when there is room for more: that is the backpressure. */
  onMessages(messages: readonly IncomingMessage[]): Promise<void>;
}

export interface Consumer {
  /** Begins to consume and keeps trying while the broker is away. Resolves at the first group join. */
  start(): Promise<void>;
  /** Stops fetching, commits what is done, leaves the group. Safe to call twice. */
  stop(): Promise<void>;
  /** The message is finished. Its offset is committed, by a timer, once all before it in its partition are. */
  done(message: Pick<IncomingMessage, 'topic' | 'partition' | 'offset' | 'generation'>): void;
  /** Stops and goes on fetching, without leaving the group: a systemic fault stops consumption this way. */
  pause(): void;
  resume(): void;
  state(): ConsumerState;
}

export interface ConsumerState {
  readonly phase: 'starting' | 'consuming' | 'paused' | 'reconnecting' | 'stopped';
  /** True once every assigned partition has been read to the end it had at the last group join (rule E2). */
  readonly caughtUp: boolean;
  /** When the last fetch answered, on this process's monotonic clock (`performance.now()`); null before. */
  readonly lastFetchAt: number | null;
  /** Fetched and not yet done. */
  readonly unfinished: number;
}

export interface BrokerHealth {
  readonly connected: boolean;
  /** What is wrong, for an operator; null while connected. */
  readonly reason: string | null;
}

export class BrokerUnavailableError extends Error {
  readonly code = 'BROKER_UNAVAILABLE';
}
