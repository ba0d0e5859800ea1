import type { Runtime } from '@order-saga/messaging';
import type { Prng } from './prng.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One life of a process, from its start to its crash. A dead one does nothing any more, a stopped one does everything
 * later: what would have happened to it waits until it goes on.
 */
export class Life {
  /** `order-0`; the same in its next life. */
  readonly instance: string;
  isDead = false;
  #isStopped = false;
  #held: (() => void)[] = [];
  #onDeath: (() => void)[] = [];
  #onStop: (() => void)[] = [];
  #onContinue: (() => void)[] = [];

  constructor(instance: string) {
    this.instance = instance;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  deliver(run: () => void): void {
    if (this.isDead) return;
    if (this.#isStopped) this.#held.push(run);
    else run();
  }

  onDeath(tell: () => void): void {
    this.#onDeath.push(tell);
  }

  onStop(tell: () => void): void {
    this.#onStop.push(tell);
  }

  onContinue(tell: () => void): void {
    this.#onContinue.push(tell);
  }

  die(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#held = [];
    for (const tell of this.#onDeath) tell();
  }

  stop(): void {
    if (this.isDead || this.#isStopped) return;
    this.#isStopped = true;
    for (const tell of this.#onStop) tell();
  }

  continue(scheduler: Scheduler): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    // Each in an event of its own, as the operating system hands them over.
    for (const run of this.#held.splice(0)) scheduler.after(0, this, run);
    for (const tell of this.#onContinue) tell();
  }

  runtime(scheduler: Scheduler, prng: Prng): Runtime {
    return {
      monotonicMs: () => scheduler.now,
      uuid: () => prng.uuid(),
      random: () => prng.next(),
      after: (ms, run) => {
        const timer = scheduler.after(ms, this, run);
        return () => {
          timer.run = null;
        };
      },
      soon: (run) => scheduler.soon(this, run),
    };
  }
}
