import type { Broker } from '../broker.ts';
import type { Cancel, Log, Observer, Runtime } from '../runtime.ts';
import type { OutboxMessage } from './outbox-message.ts';
import type { Relay } from './relay.ts';

/** What the sweeper needs of the store: one autocommit statement that claims rows nobody else has (rule O2). */
export interface OutboxClaims {
  claim(options: { readonly olderThanMs: number; readonly limit: number }): Promise<readonly OutboxMessage[]>;
}

export interface SweeperOptions {
  readonly claims: OutboxClaims;
  readonly relay: Relay;
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  readonly everyMs?: number;
  readonly olderThanMs?: number;
}

const PAGE = 500;

/**
 * Publishes again what is left in the outbox: rows of a process that died, of a broker that was away. Its first pass
 * comes at once and has no age limit; it holds no lock while it publishes.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #cancel: Cancel = () => undefined;
  #isStopped = false;
  #failing = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#pass();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #pass(): Promise<void> {
    try {
      // A broker that is away takes nothing: claiming would only hold rows back from others.
      if (this.#options.broker.health().connected) await this.#sweep();
      this.#failing = false;
    } catch (error) {
      this.#options.relay.expectStrays();
      if (!this.#failing)
        this.#options.log.warn({ error: String(error) }, 'the outbox cannot be swept, trying again');
      this.#failing = true;
    }
    if (this.#isStopped) return;
    this.#cancel = this.#options.runtime.after(this.#options.everyMs ?? 1_000, () => void this.#pass());
  }

  async #sweep(): Promise<void> {
    const { claims, relay, observer } = this.#options;
    const olderThanMs = relay.takeStrays() ? 0 : (this.#options.olderThanMs ?? 1_000);
    for (let isFull = true; isFull && !this.#isStopped; ) {
      const rows = await claims.claim({ olderThanMs, limit: PAGE });
      const strays = rows.filter((row) => !relay.isInFlight(row));
      relay.publish(strays);
      if (strays.length > 0) observer.swept(strays.length);
      isFull = rows.length === PAGE;
      await relay.settle(5_000);
    }
  }
}
