import type { Cancel, ConsumerState, Lanes, Log, Runtime } from '@order-saga/messaging';
import type { OrderAnswer, OrderMessage } from '../orchestrator/messages.ts';
import type { OrderState } from '../orchestrator/rows.ts';
import type { WakeUpStore } from './wake-up-store.ts';

/**
 * Wakes sagas that may be due: a re-send, a deadline, a local command left outstanding. A wake-up is a hint; the saga
 * is reloaded under its lock before anything is decided (rule E2).
 */
export interface WakeTimerOptions {
  readonly store: WakeUpStore;
  readonly lanes: Lanes<OrderMessage, OrderState, OrderAnswer>;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Whether replies that lie in the broker would be seen; while not, no deadline passes. */
  sees(): boolean;
  /** Told when more commands had to be sent again than the budget allowed. */
  budgetSpent(): void;
}

const EVERY_MS = 500;
const PAGE = 200;

export class WakeTimer {
  readonly #options: WakeTimerOptions;
  #isStopped = false;
  #isFailing = false;
  #cancel: Cancel = () => undefined;

  constructor(options: WakeTimerOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#tick();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #tick(): Promise<void> {
    try {
      for (let claimed = PAGE; claimed === PAGE && !this.#isStopped; ) claimed = await this.#wakeSome();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#options.log.warn({ error: String(error) }, 'wake-ups cannot be claimed, trying again');
      this.#isFailing = true;
    }
    if (this.#isStopped) return;
    this.#cancel = this.#options.runtime.after(EVERY_MS, () => void this.#tick());
  }

  async #wakeSome(): Promise<number> {
    const { store, sees, budgetSpent } = this.#options;
    const sagaIds = await store.claim(PAGE);
    if (sagaIds.length === 0) return 0;
    const isSeeing = sees();
    const tokens = isSeeing ? await store.takeResends(sagaIds.length) : 0;
    const resent = await Promise.all(sagaIds.map((sagaId, index) => this.#wake(sagaId, index < tokens)));
    const unused = tokens - resent.filter(Boolean).length;
    if (unused > 0) await store.giveBackResends(unused);
    else if (isSeeing && tokens < sagaIds.length) budgetSpent();
    return sagaIds.length;
  }

  #wake(sagaId: string, mayResend: boolean): Promise<boolean> {
    const { lanes, sees } = this.#options;
    return new Promise((resolve) => {
      lanes.push({
        message: { kind: 'wake', sagaId, blind: !sees(), mayResend },
        isUrgent: true,
        committed: (answer) => resolve(mayResend && answer.kind === 'woken' && answer.resent),
        parked: async () => resolve(false),
      });
    });
  }
}

const FETCH_SILENCE_MS = 3_000;

/** Only a consumer that fetches, and has read to the end it saw when it joined, sees (rule E2). */
export const seesReplies = (state: ConsumerState, nowMs: number): boolean =>
  state.phase === 'consuming' &&
  state.caughtUp &&
  state.lastFetchAt !== null &&
  nowMs - state.lastFetchAt < FETCH_SILENCE_MS;
