import type { ICustomPartitioner, Message, Producer } from 'kafkajs';
import { BrokerUnavailableError, type OutgoingMessage } from '../broker.ts';
import { Patience } from '../patience.ts';
import { type ClientOptions, KafkaClient } from './client.ts';
import { isTooLarge, messageOf } from './errors.ts';
import type { LinkHealth } from './link-health.ts';
import { partitionOfKey } from './partitioner.ts';

const LINK = 'producer';
const RECONNECT_MS = 250;
const CLOSE_BOUND_MS = 1_000;
const BROKER_ACK_TIMEOUT_MS = 5_000;
const FIRST_SEND_BOUND_MS = 5_000;
const LONGEST_SEND_BOUND_MS = 20_000;

interface TopicMessages {
  readonly topic: string;
  readonly messages: OutgoingMessage[];
}

interface Connected {
  readonly client: KafkaClient;
  readonly producer: Producer;
}

/**
 * One connected producer, replaced whenever it fails. A new one costs a few milliseconds and is free of whatever state
 * kafkajs was left in: stale metadata, a half-closed connection, a topic that it believes to be missing.
 */
export class ProducerLink {
  readonly #options: ClientOptions;
  readonly #health: LinkHealth;
  /** Of a send: one whose answer is lost is sent again. */
  readonly #patience = new Patience(FIRST_SEND_BOUND_MS, LONGEST_SEND_BOUND_MS);
  #connected: Connected | null = null;
  #attempt: Promise<Connected> | null = null;
  #reconnectTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ClientOptions, health: LinkHealth) {
    this.#options = options;
    this.#health = health;
    health.connecting(LINK);
    this.#connectInBackground(0);
  }

  async send(topicMessages: TopicMessages[]): Promise<void> {
    const connected = this.#connected ?? (await this.#connect());
    const bound = Promise.withResolvers<never>();
    const { limitMs } = this.#patience;
    const timer = setTimeout(() => {
      this.#patience.ranOut();
      bound.reject(new Error(`no answer in ${limitMs} ms`));
    }, limitMs);
    try {
      await Promise.race([
        connected.producer.sendBatch({
          acks: -1,
          timeout: BROKER_ACK_TIMEOUT_MS,
          // An OutgoingMessage has what kafkajs reads (key, value, headers): no copy per message.
          topicMessages: topicMessages as { topic: string; messages: Message[] }[],
        }),
        bound.promise,
      ]);
      this.#patience.wasEnough();
    } catch (error) {
      if (!isTooLarge(error)) this.#drop(connected, messageOf(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#reconnectTimer !== null) clearTimeout(this.#reconnectTimer);
    const connected = this.#connected;
    this.#connected = null;
    this.#health.closed(LINK);
    if (connected !== null) await release(connected);
  }

  /** Joins the attempt under way, if there is one: callers never cause a storm of connections. */
  #connect(): Promise<Connected> {
    this.#attempt ??= this.#open().finally(() => {
      this.#attempt = null;
    });
    return this.#attempt;
  }

  async #open(): Promise<Connected> {
    if (this.#isClosed) throw new BrokerUnavailableError('The broker client is closed');
    const client = new KafkaClient(this.#options);
    const producer = client.kafka.producer({
      createPartitioner,
      allowAutoTopicCreation: false,
      // Retries inside, for 1.5 s: a leader that moved, or that a new topic does not have yet, is found again. All else is
      // the caller's to send again.
      retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 800, factor: 0, multiplier: 2 },
    });
    const connected = { client, producer };
    try {
      await producer.connect();
    } catch (error) {
      void release(connected);
      if (this.#isClosed) throw error;
      this.#health.down(LINK, messageOf(error));
      this.#connectInBackground();
      throw new BrokerUnavailableError(`Kafka cannot be reached: ${messageOf(error)}`, { cause: error });
    }
    if (this.#isClosed) {
      await release(connected);
      throw new BrokerUnavailableError('The broker client is closed');
    }
    client.onDisconnected = () => this.#drop(connected, null);
    this.#connected = connected;
    this.#health.up(LINK);
    return connected;
  }

  #drop(connected: Connected, reason: string | null): void {
    void release(connected);
    if (this.#connected !== connected) return;
    this.#connected = null;
    // A connection that the broker closed because it was idle is no outage: only a failed attempt says so.
    if (reason !== null) this.#health.down(LINK, reason);
    this.#connectInBackground();
  }

  #connectInBackground(delayMs = RECONNECT_MS): void {
    if (this.#isClosed || this.#reconnectTimer !== null) return;
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = null;
      if (this.#connected === null) this.#connect().catch(() => {});
    }, delayMs);
  }
}

const release = ({ client, producer }: Connected) =>
  client.close(() => producer.disconnect(), CLOSE_BOUND_MS);

const createPartitioner: ICustomPartitioner =
  () =>
  ({ partitionMetadata, message }) =>
    partitionOfKey(String(message.key), partitionMetadata.length);
