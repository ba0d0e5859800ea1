import { networkOf } from '../pipeline/rate-limit.ts';

export interface ConnectionLimits {
  readonly total: number;
  readonly perClient: number;
}

/** Sockets and event streams together: each costs memory for as long as its client likes. */
export class ConnectionLimit {
  readonly #limits: ConnectionLimits;
  readonly #byClient = new Map<string, number>();
  #open = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#open;
  }

  /** What gives the place back, or why there is none: for anybody, or for this client. */
  take(address: string): { readonly release: () => void } | 'full' | 'client-full' {
    if (this.#open >= this.#limits.total) return 'full';
    const client = networkOf(address);
    const held = this.#byClient.get(client) ?? 0;
    if (held >= this.#limits.perClient) return 'client-full';
    this.#open += 1;
    this.#byClient.set(client, held + 1);
    let isReleased = false;
    return {
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#open -= 1;
        const left = (this.#byClient.get(client) ?? 1) - 1;
        if (left === 0) this.#byClient.delete(client);
        else this.#byClient.set(client, left);
      },
    };
  }
}
