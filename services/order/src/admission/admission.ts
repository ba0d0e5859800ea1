import type { Cancel, Lanes, Log, Runtime } from '@order-saga/messaging';
import type { OrderAnswer, OrderMessage } from '../orchestrator/messages.ts';
import type { OrderState } from '../orchestrator/rows.ts';
import type { AdmissionStore } from './admission-store.ts';

/**
 * Bounds the sagas in flight, so that queueing in Kafka and in the participants stays below the attempt timeout; further
 * accepted orders wait in PostgreSQL, in order (rule L9).
 */
export interface AdmissionOptions {
  readonly bound: number;
  readonly store: AdmissionStore;
  readonly lanes: Lanes<OrderMessage, OrderState, OrderAnswer>;
  readonly runtime: Runtime;
  readonly log: Log;
}

const COUNT_EVERY_MS = 100;
const LOOK_WHEN_IDLE_MS = 1_000;

export class Admission {
  readonly #options: AdmissionOptions;
  /** Admit messages pushed and not yet committed. */
  readonly #underWay = new Set<string>();
  #counted = 0;
  #admittedSince = 0;
  #hasWaiting = true;
  #isIdle = true;
  #isStopped = false;
  #isFailing = false;
  #cancel: Cancel = () => undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** True when a new saga may begin at once; nobody overtakes those who wait. */
  tryAdmit(): boolean {
    if (this.#isIdle) this.#lookSoon();
    if (this.#hasWaiting || this.#counted + this.#admittedSince >= this.#options.bound) {
      this.#hasWaiting = true;
      return false;
    }
    this.#admittedSince += 1;
    return true;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #lookSoon(): void {
    this.#isIdle = false;
    this.#cancel();
    this.#cancel = this.#options.runtime.after(COUNT_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { store, bound, log, runtime } = this.#options;
    try {
      const since = this.#admittedSince;
      const { inFlight, hasWaiting } = await store.count(bound);
      this.#counted = inFlight;
      this.#admittedSince -= since;
      this.#hasWaiting = hasWaiting;
      const room = bound - inFlight - this.#admittedSince - this.#underWay.size;
      if (hasWaiting && room > 0) this.#admit(await store.next(room + this.#underWay.size));
      this.#isIdle = since === 0 && inFlight === 0 && !hasWaiting;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        log.warn({ error: String(error) }, 'sagas in flight cannot be counted, trying again');
      this.#isFailing = true;
    }
    if (this.#isStopped) return;
    const delay = this.#isIdle ? LOOK_WHEN_IDLE_MS : COUNT_EVERY_MS;
    this.#cancel = runtime.after(delay, () => void this.#look());
  }

  #admit(sagaIds: readonly string[]): void {
    for (const sagaId of sagaIds) {
      if (this.#underWay.has(sagaId)) continue;
      this.#underWay.add(sagaId);
      this.#options.lanes.push({
        message: { kind: 'admit', sagaId },
        isUrgent: true,
        committed: () => this.#underWay.delete(sagaId),
        parked: async () => {
          this.#underWay.delete(sagaId);
        },
      });
    }
  }
}
