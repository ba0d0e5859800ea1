import {
  type FetchedText,
  type FetchInit,
  type KeepAliveFetch,
  PeerUnreachableError,
} from '@order-saga/service-kit';
import type { Address } from './addresses.ts';

const FIRST_REST_MS = { lost: 100, silent: 2_000 } as const;
const LONGEST_REST_MS = { lost: 1_000, silent: 15_000 } as const;

/** One process of a service: how busy it is with our calls, and whether it is left in peace after failing one. */
export class Replica {
  readonly #origin: string;
  readonly #fetch: KeepAliveFetch;
  readonly #monotonic: () => number;
  #underWay = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  constructor(
    { origin }: Address,
    fetch: KeepAliveFetch,
    { monotonic }: { readonly monotonic: () => number },
  ) {
    this.#origin = origin;
    this.#fetch = fetch;
    this.#monotonic = monotonic;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** After a rest one call tries it, and the others only when that one was answered. */
  isFit(now: number): boolean {
    return this.#restMs === 0 || (now >= this.#restUntil && this.#underWay === 0);
  }

  async fetch(path: string, init: FetchInit, timeoutMs: number): Promise<FetchedText> {
    this.#underWay += 1;
    try {
      const answer = await this.#fetch(`${this.#origin}${path}`, init, timeoutMs);
      this.#restMs = 0;
      return answer;
    } catch (error) {
      if (error instanceof PeerUnreachableError) this.#rest(error.reason);
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  close(): void {
    this.#fetch.close();
  }

  #rest(reason: PeerUnreachableError['reason']): void {
    this.#restMs = Math.min(Math.max(this.#restMs * 2, FIRST_REST_MS[reason]), LONGEST_REST_MS[reason]);
    this.#restUntil = this.#monotonic() + this.#restMs;
  }
}
