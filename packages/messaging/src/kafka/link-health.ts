import type { BrokerHealth } from '../broker.ts';
import type { BrokerLog } from './client.ts';

/** Joins what the producer and the consumers know about the broker, and logs an outage once, not once per retry. */
export class LinkHealth {
  readonly #log: BrokerLog;
  readonly #reasons = new Map<string, string>();
  #isOutageLogged = false;

  constructor(log: BrokerLog) {
    this.#log = log;
  }

  /** A link that has not connected yet: not healthy, and no reason to warn. */
  connecting(link: string): void {
    this.#reasons.set(link, 'connecting');
  }

  down(link: string, reason: string): void {
    this.#reasons.set(link, reason);
    if (this.#isOutageLogged) return;
    this.#isOutageLogged = true;
    this.#log.warn({ link, reason }, `Kafka cannot be used (${link}: ${reason}); trying until it can`);
  }

  up(link: string): void {
    this.#reasons.delete(link);
    this.#logRecovery();
  }

  closed(link: string): void {
    this.#reasons.delete(link);
  }

  state(): BrokerHealth {
    if (this.#reasons.size === 0) return { connected: true, reason: null };
    return {
      connected: false,
      reason: [...this.#reasons].map(([link, why]) => `${link}: ${why}`).join('; '),
    };
  }

  #logRecovery(): void {
    if (!this.#isOutageLogged || this.#reasons.size > 0) return;
    this.#isOutageLogged = false;
    this.#log.info({}, 'Kafka can be used again');
  }
}
