import type { Cancel, Runtime } from '@order-saga/messaging';

/**
 * Lets a REST client wait for its order. A turn of this process tells at once that the order moved; a turn of another
 * replica is found by looking again from time to time.
 */
export class OrderWatch {
  readonly #runtime: Runtime;
  readonly #waiters = new Map<string, Set<() => void>>();
  #isStopped = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  readonly changed = (orderId: string): void => {
    const waiters = this.#waiters.get(orderId);
    if (waiters) for (const wake of [...waiters]) wake();
  };

  /** Reads until `isEnough`, at most for `limitMs`; answers what it read last. */
  async until<Read>(
    orderId: string,
    limitMs: number,
    read: () => Promise<Read>,
    isEnough: (read: Read) => boolean,
  ): Promise<Read> {
    const endsAt = this.#runtime.monotonicMs() + limitMs;
    for (;;) {
      // Listening begins before the look, so that nothing falls in between.
      const moved = this.#next(orderId, Math.min(LOOK_AGAIN_MS, endsAt - this.#runtime.monotonicMs()));
      const current = await read();
      if (isEnough(current) || this.#isStopped || this.#runtime.monotonicMs() >= endsAt) {
        moved.cancel();
        return current;
      }
      await moved.promise;
    }
  }

  /** Ends every wait: a drain does not hold clients. */
  stop(): void {
    this.#isStopped = true;
    for (const orderId of [...this.#waiters.keys()]) this.changed(orderId);
  }

  #next(orderId: string, withinMs: number): { readonly promise: Promise<void>; readonly cancel: Cancel } {
    let cancel: Cancel = () => undefined;
    const promise = new Promise<void>((resolve) => {
      const waiters = this.#waiters.get(orderId) ?? new Set();
      this.#waiters.set(orderId, waiters);
      const wake = () => {
        stopTimer();
        // Woken before: the order's waiters may be others by now.
        if (!waiters.delete(wake)) return;
        if (waiters.size === 0) this.#waiters.delete(orderId);
        resolve();
      };
      const stopTimer = this.#runtime.after(Math.max(0, withinMs), wake);
      waiters.add(wake);
      cancel = wake;
    });
    return { promise, cancel };
  }
}

const LOOK_AGAIN_MS = 500;
