import type { Broker } from '../broker.ts';
import type { Cancel, Log, Observer, Runtime } from '../runtime.ts';
import type { OutboxMessage } from './outbox-message.ts';
import type { Relay } from './relay.ts';

/** What the sweeper needs of the store: one autocommit statement that claims rows nobody else has (rule O2). */
export interface OutboxClaims {
  /** The oldest first. */
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
/** A page that the broker has not answered by then is left to itself, and the pass ends. */
const PAGE_LIMIT_MS = 5_000;
/** While the broker takes nothing, one page tries so often: claiming more would only hold rows back. */
const RETRY_AWAY_MS = 10_000;

/**
 * Publishes again what is left in the outbox: rows of a process that died, of a broker that was away. Its first pass
 * comes at once and has no age limit; it holds no lock while it publishes.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #cancel: Cancel = () => undefined;
  #passing: Promise<void> = Promise.resolve();
  #endPage: () => void = () => undefined;
  #isStopped = false;
  #isFailing = false;
  /** When the broker last left a page untaken; minus infinity since it took one. */
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#passing = this.#pass();
  }

  /** Resolves when a claim under way has been answered: its connection can then be closed. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    this.#endPage();
    return this.#passing;
  }

  async #pass(): Promise<void> {
    const { relay, log, runtime, everyMs = 1_000 } = this.#options;
    if (this.#brokerMayTake()) {
      const hasStrays = relay.takeStrays();
      try {
        await this.#sweep(hasStrays);
        this.#isFailing = false;
      } catch (error) {
        if (hasStrays) relay.expectStrays();
        if (!this.#isFailing && !this.#isStopped)
          log.warn({ error: String(error) }, 'the outbox cannot be swept, trying again');
        this.#isFailing = true;
      }
    }
    if (this.#isStopped) return;
    this.#cancel = runtime.after(everyMs, () => this.start());
  }

  /** A claim that leads to nothing would hold the rows back when the broker returns. */
  #brokerMayTake(): boolean {
    const { broker, relay, runtime } = this.#options;
    if (broker.health().connected) return true;
    // Not connected may be the consumer only: what counts is whether messages are taken.
    return runtime.monotonicMs() - Math.max(this.#refusedAt, relay.failedAt) >= RETRY_AWAY_MS;
  }

  async #sweep(hasStrays: boolean): Promise<void> {
    const { claims, relay, observer, runtime, olderThanMs = 1_000 } = this.#options;
    const begunAt = runtime.monotonicMs();
    for (let isFull = true; isFull && !this.#isStopped; ) {
      // Without an age limit means: whatever was there when the pass began, not what is being committed meanwhile.
      const age = hasStrays ? runtime.monotonicMs() - begunAt : olderThanMs;
      const rows = await claims.claim({ olderThanMs: age, limit: PAGE });
      const strays = rows.filter((row) => !relay.holds(row));
      const isTaken = await this.#publish(strays);
      this.#refusedAt = isTaken ? Number.NEGATIVE_INFINITY : runtime.monotonicMs();
      if (!isTaken) return;
      if (strays.length > 0) observer.swept(strays.length);
      isFull = rows.length === PAGE;
    }
  }

  #publish(rows: readonly OutboxMessage[]): Promise<boolean> {
    const { relay, runtime } = this.#options;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#endPage = () => resolve(false);
    const cancel = runtime.after(PAGE_LIMIT_MS, this.#endPage);
    void relay.publish(rows).then(resolve);
    return promise.finally(cancel);
  }
}
