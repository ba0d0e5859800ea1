import { atMost, type Cancel, type Log, type Observer, type Runtime } from '../runtime.ts';

/** What retention takes away, in small steps. Nothing else of a database is ever deleted. */
export interface PurgeStore {
  /** True for one process in `everyMs`: it goes through everything now. */
  begin(everyMs: number): Promise<boolean>;
  /**
   * Empties the text of replies that were made so long ago, and keeps key, outcome and effect: a known key is answered from
   * those (rule P6). Goes through some pages of the table, and answers where to go on; null at its end.
   */
  replies(
    olderThanMs: number,
    fromPage: number,
  ): Promise<{ readonly purged: number; readonly nextPage: number | null }>;
  /** Deletes some of the dead letters that were resolved so long ago, with what was noted about them; 0 when there are none. */
  deadLetters(olderThanMs: number): Promise<number>;
}

export interface PurgeOptions {
  readonly store: PurgeStore;
  readonly retention: Retention;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
}

export interface Retention {
  readonly repliesMs: number;
  /** Of those that were redriven or discarded; the others stay. */
  readonly deadLettersMs: number;
}

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 600_000;
/** The database does other things in between. */
const STEP_PAUSE_MS = 50;

/** Once a day, in whichever process comes first. */
export class Purge {
  readonly #options: PurgeOptions;
  #cancel: Cancel = () => undefined;
  #passing: Promise<void> = Promise.resolve();
  #endPause: () => void = () => undefined;
  #isStopped = false;

  constructor(options: PurgeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#passing = this.#pass();
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    this.#endPause();
    return this.#passing;
  }

  async #pass(): Promise<void> {
    const { store, runtime, log } = this.#options;
    try {
      if (await store.begin(DAY_MS)) await this.#purge();
    } catch (error) {
      log.warn({ error: String(error) }, 'what is too old could not be purged; the next day tries again');
    }
    if (!this.#isStopped) this.#cancel = runtime.after(LOOK_EVERY_MS, () => this.start());
  }

  async #purge(): Promise<void> {
    const { log, observer } = this.#options;
    const purged = { replies: await this.#replies(), 'dead letters': await this.#deadLetters() };
    for (const what of ['replies', 'dead letters'] as const) observer.purged(what, purged[what]);
    if (purged.replies + purged['dead letters'] > 0) log.info(purged, 'what is too old was purged');
  }

  async #replies(): Promise<number> {
    const { store, retention } = this.#options;
    let sum = 0;
    for (let page: number | null = 0; page !== null && !this.#isStopped; ) {
      const { purged, nextPage }: Awaited<ReturnType<PurgeStore['replies']>> = await store.replies(
        retention.repliesMs,
        page,
      );
      sum += purged;
      page = nextPage;
      if (page !== null) await this.#pause();
    }
    return sum;
  }

  async #deadLetters(): Promise<number> {
    const { store, retention } = this.#options;
    let sum = 0;
    while (!this.#isStopped) {
      const deleted = await store.deadLetters(retention.deadLettersMs);
      sum += deleted;
      if (deleted === 0) break;
      await this.#pause();
    }
    return sum;
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endPause = resolve;
    return atMost(this.#options.runtime, STEP_PAUSE_MS, promise);
  }
}
