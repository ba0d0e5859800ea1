import { BrokerUnavailableError, type OutgoingMessage, type PublishOutcome } from '../broker.ts';
import { packBatches, type Slot } from './batches.ts';
import { isTooLarge, isUnknownTopic, messageOf } from './errors.ts';
import type { ProducerLink } from './producer-link.ts';

interface PublishCall {
  readonly messages: readonly OutgoingMessage[];
  readonly outcomes: PublishOutcome[];
  failure: BrokerUnavailableError | null;
  resolve(outcomes: readonly PublishOutcome[]): void;
  reject(error: Error): void;
}

export interface PublisherOptions {
  readonly link: ProducerLink;
  /** The largest share of one topic in one request; below the broker's limit for a partition batch, 1 MiB. */
  readonly maxBatchBytes: number;
  /** Creates the missing topics, so that a wiped broker heals by itself (rule O5). */
  readonly createTopics: () => Promise<void>;
}

const ACKNOWLEDGED: PublishOutcome = { kind: 'acknowledged' };
/** Above this the broker would close the connection (socket.request.max.bytes) instead of answering. */
const MAX_REQUEST_BYTES = 50 * 1024 * 1024;

/**
 * Group publish: everything handed over in one event-loop tick, and everything that came while the previous request
 * was under way, goes out in one request. One request is in flight at a time, so the messages of a key keep their
 * order.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  #waiting: PublishCall[] = [];
  #isSending = false;
  #isClosed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishOutcome[]> {
    if (messages.length === 0) return Promise.resolve([]);
    if (this.#isClosed) return Promise.reject(new BrokerUnavailableError('The broker client is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, outcomes: new Array(messages.length), failure: null, resolve, reject });
      if (!this.#isSending) {
        this.#isSending = true;
        setImmediate(this.#sendWaiting);
      }
    });
  }

  close(): void {
    this.#isClosed = true;
    const error = new BrokerUnavailableError('The broker client was closed');
    for (const call of this.#waiting.splice(0)) call.reject(error);
  }

  #sendWaiting = async (): Promise<void> => {
    const calls = this.#waiting;
    this.#waiting = [];
    const slots = calls.flatMap((call) => call.messages.map((message, index) => ({ call, index, message })));
    for (const batch of packBatches(slots, this.#options.maxBatchBytes)) await this.#sendOrFail(batch);
    for (const call of calls) {
      if (call.failure === null) call.resolve(call.outcomes);
      else call.reject(call.failure);
    }
    if (this.#waiting.length > 0) setImmediate(this.#sendWaiting);
    else this.#isSending = false;
  };

  async #sendOrFail(batch: readonly Slot<PublishCall>[]): Promise<void> {
    try {
      await this.#send(batch);
    } catch (error) {
      const failure =
        error instanceof BrokerUnavailableError
          ? error
          : new BrokerUnavailableError(`Kafka did not take the messages: ${messageOf(error)}`, {
              cause: error,
            });
      for (const slot of batch) slot.call.failure = failure;
    }
  }

  async #send(batch: readonly Slot<PublishCall>[], isRetry = false): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    if (batch.length === 1 && first.message.value.length > MAX_REQUEST_BYTES) {
      first.call.outcomes[first.index] = tooLarge(`above ${MAX_REQUEST_BYTES} bytes`);
      return;
    }
    try {
      await this.#options.link.send(byTopic(batch));
      for (const slot of batch) slot.call.outcomes[slot.index] = ACKNOWLEDGED;
    } catch (error) {
      if (isTooLarge(error)) return this.#isolate(batch, error);
      if (!isUnknownTopic(error) || isRetry) throw error;
      await this.#options.createTopics();
      await this.#send(batch, true);
    }
  }

  /** The broker does not say which message it refused, so the batch is halved until one stands alone (rule O3). */
  async #isolate(batch: readonly Slot<PublishCall>[], error: unknown): Promise<void> {
    const [first] = batch;
    if (first !== undefined && batch.length === 1) {
      first.call.outcomes[first.index] = tooLarge(messageOf(error));
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await this.#send(batch.slice(0, half));
    await this.#send(batch.slice(half));
  }
}

const tooLarge = (reason: string): PublishOutcome => ({ kind: 'too-large', reason });

function byTopic(batch: readonly Slot<unknown>[]) {
  const messagesByTopic = new Map<string, OutgoingMessage[]>();
  for (const { message } of batch) {
    const messages = messagesByTopic.get(message.topic);
    if (messages === undefined) messagesByTopic.set(message.topic, [message]);
    else messages.push(message);
  }
  return Array.from(messagesByTopic, ([topic, messages]) => ({ topic, messages }));
}
