import type { Broker } from '../broker.ts';
import type { Log, Observer, Runtime } from '../runtime.ts';
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
  /** A message the broker will never take: makes it a dead letter, durably, before its row goes (rule O3). */
  parkRefused(message: OutboxMessage, reason: string): Promise<void>;
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #inFlight = new Map<string, OutboxMessage>();
  #acknowledged: OutboxRef[] = [];
  #onAcknowledged: () => void = () => undefined;
  #idleWaiters: (() => void)[] = [];
  #strays = true;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  onAcknowledged(listener: () => void): void {
    this.#onAcknowledged = listener;
  }

  /** Publish only what COMMIT said was committed (rule L2). Does not wait and does not throw. */
  publish(messages: readonly OutboxMessage[]): void {
    if (messages.length === 0) return;
    for (const message of messages) this.#inFlight.set(refKey(message), message);
    void this.#send(messages);
  }

  isInFlight(ref: OutboxRef): boolean {
    return this.#inFlight.has(refKey(ref));
  }

  /** Rows the broker has acknowledged; whoever takes them deletes them or gives them back. */
  takeAcknowledged(): readonly OutboxRef[] {
    const taken = this.#acknowledged;
    this.#acknowledged = [];
    return taken;
  }

  hasAcknowledged(): boolean {
    return this.#acknowledged.length > 0;
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
    if (this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.runtime.after(boundMs, resolve);
      this.#idleWaiters.push(() => {
        cancel();
        resolve();
      });
    });
  }

  async #send(messages: readonly OutboxMessage[]): Promise<void> {
    const { broker, runtime, observer, log } = this.#options;
    const begunAt = runtime.monotonicMs();
    try {
      const outcomes = await broker.publish(messages);
      for (const [index, message] of messages.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === 'too-large') await this.#options.parkRefused(message, outcome.reason);
        this.#acknowledged.push({ id: message.id, generation: message.generation });
      }
      observer.published({ messages: messages.length, ms: runtime.monotonicMs() - begunAt });
      this.#onAcknowledged();
    } catch (error) {
      // The rows are in the outbox: the sweeper publishes them when the broker is back.
      log.debug({ messages: messages.length, error: String(error) }, 'not published yet');
    } finally {
      for (const message of messages) this.#inFlight.delete(refKey(message));
      if (this.#inFlight.size === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }
}
