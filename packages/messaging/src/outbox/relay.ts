import type { Broker, PublishOutcome } from '../broker.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Log, Observer, Runtime } from '../runtime.ts';
import type { MessageSignatures } from '../signatures/message-signatures.ts';
import { type OutboxMessage, type OutboxRef, refKey } from './outbox-message.ts';

/**
 * Publishes what a turn has committed, from memory, at once. A row is deleted only after the broker acknowledged it;
 * what could not be published stays in the outbox for the sweeper. The only producer of Kafka messages.
 */
export interface RelayOptions {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  /** Absent: messages go as they are (rule O7). */
  readonly signatures?: MessageSignatures | undefined;
  /** Absent: replies say nothing of the way of their commands. */
  readonly deliveries?: Deliveries | undefined;
  /** A message the broker will never take: makes it a dead letter, durably, before its row goes (rule O3). */
  parkRefused(message: OutboxMessage, reason: string): Promise<void>;
}

/** On their way to the broker at the most: above that a slow broker would fill the memory, and the outbox holds them anyway. */
const MAX_SENDING = 10_000;

export class Relay {
  readonly #options: RelayOptions;
  /** Rows this process answers for: on their way, or acknowledged and not yet deleted. The sweeper leaves them alone. */
  readonly #held = new Set<string>();
  readonly #idleWaiters = new Set<() => void>();
  #sending = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #acknowledged: OutboxRef[] = [];
  #onAcknowledged: () => void = () => undefined;
  #strays = true;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  onAcknowledged(listener: () => void): void {
    this.#onAcknowledged = listener;
  }

  /**
   * Publish only what COMMIT said was committed (rule L2). Nobody has to wait for it, and it never rejects; false says
   * that some were left to the sweeper.
   */
  async publish(messages: readonly OutboxMessage[]): Promise<boolean> {
    if (messages.length === 0) return true;
    if (this.#sending > 0 && this.#sending + messages.length > MAX_SENDING) return false;
    for (const message of messages) this.#held.add(refKey(message));
    this.#sending += messages.length;
    const gone = await this.#send(messages);
    this.#sending -= messages.length;
    if (this.#sending === 0) for (const resolve of this.#idleWaiters) resolve();
    if (gone > 0) this.#onAcknowledged();
    return gone === messages.length;
  }

  holds(ref: OutboxRef): boolean {
    return this.#held.has(refKey(ref));
  }

  /** When the broker last failed to take something, on the runtime's clock; minus infinity since it took something. */
  get failedAt(): number {
    return this.#failedAt;
  }

  /** Rows the broker has acknowledged. Whoever takes them says what came of it: `deleted` or `giveBack`. */
  takeAcknowledged(): readonly OutboxRef[] {
    const taken = this.#acknowledged;
    this.#acknowledged = [];
    return taken;
  }

  hasAcknowledged(): boolean {
    return this.#acknowledged.length > 0;
  }

  deleted(refs: readonly OutboxRef[]): void {
    for (const ref of refs) this.#held.delete(refKey(ref));
  }

  giveBack(refs: readonly OutboxRef[]): void {
    this.#acknowledged.push(...refs);
  }

  /** Rows may exist that no memory knows of: at start, and after a commit of unknown outcome. Sweep without an age limit. */
  expectStrays(): void {
    this.#strays = true;
  }

  takeStrays(): boolean {
    const strays = this.#strays;
    this.#strays = false;
    return strays;
  }

  /** Resolves when nothing is on its way to the broker, or after the bound. */
  async settle(boundMs: number): Promise<void> {
    if (this.#sending === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.runtime.after(boundMs, resolve);
    this.#idleWaiters.add(resolve);
    await promise;
    this.#idleWaiters.delete(resolve);
    cancel();
  }

  /** Answers how many rows are done with. */
  async #send(messages: readonly OutboxMessage[]): Promise<number> {
    const { broker, runtime, observer, log, signatures, deliveries } = this.#options;
    const begunAt = runtime.monotonicMs();
    let outcomes: readonly PublishOutcome[] = [];
    try {
      const stamped = deliveries ? messages.map((message) => deliveries.stamp(message)) : messages;
      outcomes = await broker.publish(signatures ? stamped.map(signatures.sign) : stamped);
      this.#failedAt = Number.NEGATIVE_INFINITY;
      const acknowledged = outcomes.filter((outcome) => outcome.kind === 'acknowledged').length;
      observer.published({ messages: acknowledged, ms: runtime.monotonicMs() - begunAt });
    } catch (error) {
      // The rows are in the outbox: the sweeper publishes them when the broker is back.
      this.#failedAt = runtime.monotonicMs();
      log.debug({ messages: messages.length, error: String(error) }, 'not published yet');
    }
    let gone = 0;
    for (const [index, message] of messages.entries()) {
      if (await this.#isDone(message, outcomes[index])) {
        this.#acknowledged.push({ id: message.id, generation: message.generation });
        gone += 1;
      } else this.#held.delete(refKey(message));
    }
    return gone;
  }

  async #isDone(message: OutboxMessage, outcome: PublishOutcome | undefined): Promise<boolean> {
    if (outcome?.kind !== 'too-large') return outcome?.kind === 'acknowledged';
    const { log, parkRefused } = this.#options;
    try {
      await parkRefused(message, outcome.reason);
      return true;
    } catch (error) {
      log.warn(
        { id: message.id, error: String(error) },
        'a message too large for the broker cannot be parked yet; the sweeper tries again',
      );
      return false;
    }
  }
}
