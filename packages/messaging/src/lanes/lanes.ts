import { atMost } from '../runtime.ts';
import type { TurnState } from '../session.ts';
import type { Entry, Queued } from './entry.ts';
import { tell } from './faults.ts';
import { Lane } from './lane.ts';
import type { LanesOptions } from './lanes-options.ts';
import { Queue } from './queue.ts';

const EXPIRY_CHECK_MS = 200;
const CLOSE_WITHIN_MS = 1_000;
/** Acknowledged outbox rows wait so long for a turn that takes them along. */
const TIDY_AFTER_MS = 100;

/**
 * Group commit: everything that arrived while the turn before was running goes into the next one. Up to `lanes` turns
 * run side by side; row locks make that safe, the busy keys only keep them from waiting for each other.
 */
export class Lanes<Message, State extends TurnState, Answer> {
  readonly #options: LanesOptions<Message, State, Answer>;
  readonly #queue = new Queue<Message, Answer>();
  readonly #lanes: Lane<Message, State, Answer>[] = [];
  readonly #idle: Lane<Message, State, Answer>[] = [];
  readonly #busyKeys = new Set<string>();
  readonly #batchCap: number;
  readonly #queueBound: number;
  #roomWaiters: (() => void)[] = [];
  #idleWaiters: (() => void)[] = [];
  #pumpPlanned = false;
  #expiryPlanned = false;
  #failingLanes = 0;
  #tidyingPlanned = false;
  #isStopped = false;

  constructor(options: LanesOptions<Message, State, Answer>) {
    this.#options = options;
    this.#batchCap = options.batchCap ?? 500;
    this.#queueBound = options.queueBound ?? 5_000;
    for (let index = 0; index < (options.lanes ?? 2); index++) {
      const lane = new Lane<Message, State, Answer>(`${options.name}-${index}`, {
        ...options,
        onStore: (state) => this.#onStore(state),
      });
      this.#lanes.push(lane);
      this.#idle.push(lane);
    }
    options.relay.onAcknowledged(() => this.#planTidying());
  }

  get queued(): number {
    return this.#queue.size;
  }

  push(entry: Entry<Message, Answer>): void {
    const { runtime, decider } = this.#options;
    this.#queue.push({
      entry,
      laneKey: decider.laneKey(entry.message),
      generation: runtime.uuid(),
      jitter: runtime.random(),
      queuedAt: runtime.monotonicMs(),
      mayHaveHappened: false,
      ownFailures: 0,
    });
    if (entry.expiry) this.#planExpiry();
    this.#planPump();
  }

  /** Resolves at once while the queue is short, else when it is half empty: the backpressure on consumers. */
  hasRoom(): Promise<void> {
    if (this.#isStopped || this.#queue.size < this.#queueBound) return Promise.resolve();
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Resolves when nothing is queued and no turn is running: not while the store is away. */
  async settled(): Promise<void> {
    while (!this.#isStopped && (this.#queue.size > 0 || this.#idle.length < this.#lanes.length)) {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
  }

  /**
   * Deletes what is still to be deleted and closes the sessions. What does not settle within a second is left: as a
   * message of the broker it is read again, as a request it is never answered. Push nothing any more.
   */
  async close(): Promise<void> {
    if (this.#options.relay.hasAcknowledged() && this.#idle.length > 0) this.#begin([]);
    await atMost(this.#options.runtime, CLOSE_WITHIN_MS, this.settled());
    this.#isStopped = true;
    release(this.#roomWaiters);
    release(this.#idleWaiters);
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  /** The store works again when it works for every lane; a lane that failed tries until it does. */
  #onStore(state: 'failing' | 'working'): void {
    const wasFailing = this.#failingLanes > 0;
    this.#failingLanes += state === 'failing' ? 1 : -1;
    if (this.#failingLanes > 0 !== wasFailing) this.#options.onStore?.(state);
  }

  #planPump(): void {
    if (this.#pumpPlanned) return;
    this.#pumpPlanned = true;
    this.#options.runtime.soon(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#isStopped && this.#idle.length > 0 && this.#queue.size > 0) {
      const group = this.#queue.take(this.#batchCap, this.#busyKeys);
      if (group.length === 0) break;
      this.#begin(group);
    }
    if (this.#queue.size <= this.#queueBound / 2) release(this.#roomWaiters);
    if (this.#queue.size === 0 && this.#idle.length === this.#lanes.length) release(this.#idleWaiters);
  }

  #begin(group: readonly Queued<Message, Answer>[]): void {
    const lane = this.#idle.pop() as Lane<Message, State, Answer>;
    for (const queued of group) this.#busyKeys.add(queued.laneKey);
    void lane.settle(group).finally(() => {
      for (const queued of group) this.#busyKeys.delete(queued.laneKey);
      this.#idle.push(lane);
      this.#pump();
      if (this.#options.relay.hasAcknowledged()) this.#planTidying();
    });
  }

  /** An empty turn deletes acknowledged outbox rows when no other turn came to take them along (rule O2). */
  #planTidying(): void {
    if (this.#tidyingPlanned || this.#isStopped) return;
    this.#tidyingPlanned = true;
    this.#options.runtime.after(TIDY_AFTER_MS, () => {
      this.#tidyingPlanned = false;
      if (this.#isStopped || !this.#options.relay.hasAcknowledged()) return;
      if (this.#idle.length > 0) this.#begin([]);
      else this.#planTidying();
    });
  }

  #planExpiry(): void {
    if (this.#expiryPlanned) return;
    this.#expiryPlanned = true;
    this.#options.runtime.after(EXPIRY_CHECK_MS, () => {
      this.#expiryPlanned = false;
      const expired = this.#queue.takeExpired(this.#options.runtime.monotonicMs());
      for (const queued of expired) tell(this.#options.log, () => queued.entry.expiry?.expired());
      if (this.#queue.size > 0) this.#planExpiry();
      this.#pump();
    });
  }
}

function release(waiters: (() => void)[]): void {
  for (const resolve of waiters.splice(0)) resolve();
}
