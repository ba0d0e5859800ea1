/**
 * So many calls at a time, the others in line. Charges and undos have slots of their own, so that a provider that is
 * slow to charge does not keep money from being returned (rule P3).
 */
export class CallSlots {
  readonly #slots: number;
  readonly #lineBound: number;
  readonly #line: (() => Promise<void>)[] = [];
  #running = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(options: { readonly slots: number; readonly lineBound: number }) {
    this.#slots = options.slots;
    this.#lineBound = options.lineBound;
  }

  get running(): number {
    return this.#running;
  }

  get inLine(): number {
    return this.#line.length;
  }

  /** False: the line is full, and the call will not be made. `call` must not reject. */
  offer(call: () => Promise<void>): boolean {
    if (this.#running < this.#slots) this.#run(call);
    else if (this.#line.length < this.#lineBound) this.#line.push(call);
    else return false;
    return true;
  }

  /** Forgets the line. Resolves when the calls that are running have ended. */
  async close(): Promise<void> {
    this.#line.length = 0;
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  #run(call: () => Promise<void>): void {
    this.#running += 1;
    void call().finally(() => {
      this.#running -= 1;
      const next = this.#line.shift();
      if (next) this.#run(next);
      else if (this.#running === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    });
  }
}
