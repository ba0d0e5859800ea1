import type { Log, Runtime } from '@order-saga/messaging';

export type CallKind = 'charge' | 'void';

/** What calls to the provider are counted by. */
export interface CallObserver {
  called(facts: {
    readonly call: CallKind;
    readonly result: 'answered' | 'failed' | 'timed-out';
    readonly ms: number;
  }): void;
}

export class ProviderTimeoutError extends Error {
  readonly code = 'PROVIDER_TIMEOUT';
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'PROVIDER_TIMEOUT';

/** Makes calls that end in time, each way counted, and says once that the provider is away and once that it is back. */
export class ProviderCalls {
  readonly #runtime: Runtime;
  readonly #log: Log;
  readonly #observer: CallObserver;
  readonly #timeoutMs: number;
  #isAway = false;

  constructor(options: {
    readonly runtime: Runtime;
    readonly log: Log;
    readonly observer: CallObserver;
    readonly timeoutMs: number;
  }) {
    this.#runtime = options.runtime;
    this.#log = options.log;
    this.#observer = options.observer;
    this.#timeoutMs = options.timeoutMs;
  }

  /** Rejects with what the call rejected with, or a `ProviderTimeoutError`; its outcome is unknown then. */
  async make<Answer>(call: CallKind, calling: () => Promise<Answer>): Promise<Answer> {
    const begunAt = this.#runtime.monotonicMs();
    const since = () => this.#runtime.monotonicMs() - begunAt;
    try {
      const answer = await this.#within(calling());
      this.#observer.called({ call, result: 'answered', ms: since() });
      if (this.#isAway) this.#log.info({ call }, 'the payment provider answers again');
      this.#isAway = false;
      return answer;
    } catch (error) {
      this.#observer.called({ call, result: isTimeout(error) ? 'timed-out' : 'failed', ms: since() });
      // One charge that is never answered says nothing about the provider; a call that fails does.
      if (!isTimeout(error) && !this.#isAway) {
        this.#isAway = true;
        this.#log.warn({ call, error: String(error) }, 'the payment provider fails, trying again');
      }
      throw error;
    }
  }

  #within<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const cancel = this.#runtime.after(this.#timeoutMs, () =>
        reject(new ProviderTimeoutError(`no answer from the payment provider within ${this.#timeoutMs} ms`)),
      );
      answer.then(resolve, reject).finally(cancel);
    });
  }
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;

export const retryDelayMs = (failures: number, jitter: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 20), LONGEST_RETRY_MS) * (0.5 + jitter / 2);
