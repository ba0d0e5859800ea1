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
  /** While participants are silent, no more sagas than this begin per second. */
  readonly perSecondWhenSilent: number;
  readonly store: AdmissionStore;
  readonly lanes: Lanes<OrderMessage, OrderState, OrderAnswer>;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** What a new order is told before it is queued. */
export interface Ticket {
  /** There was room: its saga may begin at once. Else it waits in line. */
  readonly admitted: boolean;
  /** Called once: its start was committed and made a saga, or it did not (it was refused, or its key was known). */
  settle(hasBegun: boolean): void;
}

const COUNT_EVERY_MS = 100;
const LOOK_WHEN_IDLE_MS = 1_000;
/** Silence that is not seen again for so long is over. */
const SILENCE_MS = 10_000;

export class Admission {
  readonly #options: AdmissionOptions;
  /** Admit messages pushed and not yet committed. */
  readonly #underWay = new Set<string>();
  /** As the database had it when it was last counted. */
  #counted = 0;
  #hasWaiting = true;
  /** Begun since then, and thus perhaps not counted. */
  #begun = 0;
  /** Put in line, ever. */
  #lined = 0;
  /** Starts on their way through the lanes: into their saga, and into the line. */
  #starting = 0;
  #lining = 0;
  #silentUntil = Number.NEGATIVE_INFINITY;
  #allowance = 0;
  #lookedAt: number;
  #isIdle = true;
  #isLooking = false;
  #isStopped = false;
  #isFailing = false;
  #cancel: Cancel = () => undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#lookedAt = options.runtime.monotonicMs();
  }

  /** Nobody overtakes those who wait, nor those on their way into the line. */
  enter(): Ticket {
    if (this.#isIdle && !this.#isLooking) this.#lookSoon();
    const admitted = !this.#isSilent() && !this.#hasWaiting && this.#lining === 0 && this.#room() > 0;
    if (admitted) this.#starting += 1;
    else this.#lining += 1;
    return {
      admitted,
      settle: (hasBegun) => {
        if (admitted) this.#starting -= 1;
        else this.#lining -= 1;
        if (!hasBegun) return;
        if (admitted) this.#begun += 1;
        else {
          this.#lined += 1;
          this.#hasWaiting = true;
        }
      },
    };
  }

  /** More commands had to be sent again than the budget allows: new sagas would only add to them. */
  participantsAreSilent(): void {
    const now = this.#options.runtime.monotonicMs();
    if (!this.#isSilent()) {
      this.#allowance = 0;
      this.#options.log.warn({}, 'participants are silent: new sagas begin slowly');
    }
    this.#silentUntil = now + SILENCE_MS;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #isSilent(): boolean {
    return this.#options.runtime.monotonicMs() < this.#silentUntil;
  }

  #room(): number {
    return this.#options.bound - this.#counted - this.#begun - this.#starting - this.#underWay.size;
  }

  #lookSoon(): void {
    this.#isIdle = false;
    this.#cancel();
    this.#cancel = this.#options.runtime.after(COUNT_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { store, bound, log, runtime } = this.#options;
    this.#isLooking = true;
    try {
      // What was committed before the count is in it; what is committed from now on may not be.
      const begun = this.#begun;
      const lined = this.#lined;
      const { inFlight, hasWaiting } = await store.count(bound);
      this.#counted = inFlight;
      this.#begun -= begun;
      this.#hasWaiting = hasWaiting || this.#lined > lined;
      const room = Math.min(this.#room(), this.#allowed());
      if (hasWaiting && room > 0) this.#admit(await store.next(room + this.#underWay.size), room);
      this.#isIdle = inFlight + this.#begun + this.#starting + this.#lining === 0 && !this.#hasWaiting;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        log.warn({ error: String(error) }, 'sagas in flight cannot be counted, trying again');
      this.#isFailing = true;
    }
    this.#isLooking = false;
    if (this.#isStopped) return;
    const delay = this.#isIdle ? LOOK_WHEN_IDLE_MS : COUNT_EVERY_MS;
    this.#cancel = runtime.after(delay, () => void this.#look());
  }

  /** How many may begin now while participants are silent: no more than may be sent again (rule L9). */
  #allowed(): number {
    const now = this.#options.runtime.monotonicMs();
    const elapsedMs = now - this.#lookedAt;
    this.#lookedAt = now;
    if (!this.#isSilent()) return Number.POSITIVE_INFINITY;
    const rate = this.#options.perSecondWhenSilent;
    this.#allowance = Math.min(rate, this.#allowance + (elapsedMs * rate) / 1_000);
    return Math.floor(this.#allowance);
  }

  #admit(inLine: readonly string[], room: number): void {
    const sagaIds = inLine.filter((sagaId) => !this.#underWay.has(sagaId)).slice(0, room);
    if (this.#isSilent()) this.#allowance -= sagaIds.length;
    for (const sagaId of sagaIds) {
      this.#underWay.add(sagaId);
      const settle = () => {
        this.#underWay.delete(sagaId);
        this.#begun += 1;
      };
      this.#options.lanes.push({
        message: { kind: 'admit', sagaId },
        isUrgent: true,
        committed: settle,
        // It stays under way, so that it is not tried again and again; the next process tries it once.
        parked: async () => undefined,
      });
    }
  }
}
