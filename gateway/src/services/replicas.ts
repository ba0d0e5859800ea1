import { setTimeout as delay } from 'node:timers/promises';
import {
  type FetchedText,
  type FetchInit,
  keepAliveFetch,
  PeerUnreachableError,
} from '@order-saga/service-kit';
import { type Address, findAddresses } from './addresses.ts';
import { Replica } from './replica.ts';

export interface ReplicasOptions {
  /** As configured: URLs, DNS names in URLs, files with URLs. */
  readonly addresses: readonly string[];
  /** Of a call, over all its tries. */
  readonly timeoutMs: number;
  /** While no replica has been there for less than this, calls wait for one: so long may a restart take. */
  readonly patienceMs: number;
  readonly monotonic: () => number;
  readonly random: () => number;
  onRetry(): void;
}

const LOOK_EVERY_MS = 1_000;
const KNOCK_EVERY_MS = 50;

/**
 * Spreads calls over the replicas of a service, to whichever has the fewest under way. A call whose connection is
 * refused or lost goes to the next one. So does one that got no answer in half its time, as from a process that is
 * stopped. That is safe: our queries change nothing, and each of our mutations carries a key by which the service
 * knows it again. Addresses are looked up anew every second, so that replicas come and go while this runs.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  #known = new Map<string, Replica>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  /** Since when no replica could be reached; null while one can. */
  #awaySince: number | null = null;

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** How many are known just now. */
  get size(): number {
    return this.#known.size;
  }

  readonly fetch = async (input: string | URL, init: FetchInit = {}): Promise<FetchedText> => {
    const { timeoutMs, monotonic, onRetry } = this.#options;
    const { pathname, search } = new URL(input);
    const until = monotonic() + timeoutMs;
    const tried = new Set<Replica>();
    for (;;) {
      await this.#look();
      const replica = this.#next(tried);
      const leftMs = until - monotonic();
      tried.add(replica);
      const isLast = this.#untried(tried).length === 0;
      try {
        const answer = await replica.fetch(`${pathname}${search}`, init, isLast ? leftMs : leftMs / 2);
        this.#awaySince = null;
        return answer;
      } catch (error) {
        if (!(error instanceof PeerUnreachableError) || init.signal?.aborted) throw error;
        if (this.#untried(tried).length === 0) await this.#knockAgainLater(error, until, tried);
        onRetry();
      }
    }
  };

  /** All have failed this call: it waits and begins anew, or the fault is the call's answer. */
  async #knockAgainLater(fault: PeerUnreachableError, until: number, tried: Set<Replica>): Promise<void> {
    const { monotonic, patienceMs, random } = this.#options;
    if (fault.reason === 'silent') throw fault;
    const now = monotonic();
    this.#awaySince ??= now;
    const waitMs = KNOCK_EVERY_MS * (1 + random());
    if (now + waitMs >= Math.min(until, this.#awaySince + patienceMs)) throw fault;
    await delay(waitMs);
    tried.clear();
  }

  #untried(tried: ReadonlySet<Replica>): readonly Replica[] {
    return [...this.#known.values()].filter((replica) => !tried.has(replica));
  }

  #next(tried: ReadonlySet<Replica>): Replica {
    const now = this.#options.monotonic();
    const left = this.#untried(tried);
    const fit = left.filter((replica) => replica.isFit(now));
    const [first, ...others] = fit.length > 0 ? fit : left;
    if (first === undefined) throw new PeerUnreachableError('there is no replica to call', 'lost');
    let best = first;
    let ties = 1;
    for (const replica of others) {
      if (replica.underWay > best.underWay) continue;
      ties = replica.underWay < best.underWay ? 1 : ties + 1;
      if (this.#options.random() < 1 / ties) best = replica;
    }
    return best;
  }

  /** Awaited only while nothing is known: else the call goes on with what was known until now. */
  #look(): Promise<void> | undefined {
    if (this.#looking === null && this.#options.monotonic() - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#looking = this.#lookUp().finally(() => {
        this.#looking = null;
      });
    }
    return this.#known.size === 0 ? (this.#looking ?? undefined) : undefined;
  }

  async #lookUp(): Promise<void> {
    this.#lookedAt = this.#options.monotonic();
    try {
      this.#replaceBy(await findAddresses(this.#options.addresses));
    } catch (cause) {
      // A name server that is away must not take the replicas with it that were known.
      if (this.#known.size > 0) return;
      this.#lookedAt = Number.NEGATIVE_INFINITY;
      throw new PeerUnreachableError((cause as Error).message, 'lost', { cause });
    }
  }

  #replaceBy(addresses: readonly Address[]): void {
    const before = this.#known;
    const { timeoutMs } = this.#options;
    this.#known = new Map(
      addresses.map((address) => {
        const fetch = () => keepAliveFetch({ timeoutMs, address });
        return [address.id, before.get(address.id) ?? new Replica(address, fetch(), this.#options)];
      }),
    );
    for (const [id, replica] of before) if (!this.#known.has(id)) replica.close();
  }
}
