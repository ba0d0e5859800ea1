import type { Cancel, Log, Runtime } from '@order-saga/messaging';
import type { Charges } from './charges.ts';
import type { LeaseClaims } from './lease-claims.ts';

export interface LeaseSweepOptions {
  readonly claims: LeaseClaims;
  readonly charges: Pick<Charges, 'roomForDue' | 'offer'>;
  readonly everyMs: number;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** While more is due than there is room for, the next look comes as soon as some calls will have ended. */
const WHILE_FULL_MS = 100;

/**
 * Resumes payments that nobody works on any more: of a process that died, of a provider that was away, and those that
 * exceeded the slots (rule P3). The first look comes at once; it never takes more than there is room for.
 */
export class LeaseSweep {
  readonly #options: LeaseSweepOptions;
  #cancel: Cancel = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isFirst = true;
  #isFailing = false;

  constructor(options: LeaseSweepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { claims, charges, everyMs, runtime, log } = this.#options;
    let isFull = false;
    try {
      const limit = charges.roomForDue;
      const due = limit > 0 ? await claims.claim({ limit, ownToo: this.#isFirst }) : [];
      for (const { payment, leaseMs } of due) charges.offer(payment, leaseMs, undefined);
      if (due.length > 0) log.info({ payments: due.length }, 'pending payments are taken up again');
      isFull = due.length === limit;
      this.#isFirst &&= isFull;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        log.warn({ error: String(error) }, 'pending payments cannot be looked for, trying again');
      this.#isFailing = true;
    }
    if (this.#isStopped) return;
    this.#cancel = runtime.after(isFull ? WHILE_FULL_MS : everyMs, () => this.start());
  }
}
