import type { SagaTransition } from '@order-saga/contracts';
import { Course } from './course.ts';
import type { OrderIdentity, SagaHistory } from './history.ts';
import { Watcher } from './watcher.ts';

export interface ChannelOptions {
  readonly orderId: string;
  readonly history: SagaHistory;
  readonly maxBehind: number;
  readonly tooSlow: (lastVersion: number) => Error;
  /** The order, or its saga, does not exist. */
  readonly unknown: () => Error;
  readonly onFetchFailed: (error: unknown) => void;
  /** Nobody watches any more. */
  readonly onIdle: () => void;
}

/**
 * Everything about one watched order: its course, its watchers, and the reading of its history, once for all of them.
 * It takes hints from the moment it exists, before it reads anything, so that nothing falls between (rule C2).
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #watchers = new Set<Watcher>();
  /** Hints that came while it was not yet known which saga this is. */
  #early: SagaTransition[] = [];
  #opened: Promise<{ readonly identity: OrderIdentity; readonly course: Course }> | undefined;
  #course: Course | undefined;
  #sagaId: string | undefined;
  #fetching: Promise<void> | undefined;
  #askedAgain = false;
  #holders = 0;
  /** Cleared by each re-check: a course that moves by itself needs none. */
  hasMoved = true;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  get version(): number {
    return this.#course?.version ?? 0;
  }

  /** Whether a re-check can tell it anything. */
  get isOpen(): boolean {
    return this.#course !== undefined && !this.#course.hasEnded;
  }

  /** Resolves when the present state is known. `mayWatch` sees whose order it is, and throws. */
  async watch(
    mayWatch: (identity: OrderIdentity) => void,
    afterVersion: number | undefined,
  ): Promise<Watcher> {
    this.#holders += 1;
    try {
      this.#opened ??= this.#open();
      const { identity, course } = await this.#opened;
      mayWatch(identity);
      return this.#addWatcher(course, afterVersion);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  hint(transitions: readonly SagaTransition[]): void {
    if (this.#course === undefined) this.#early.push(...transitions);
    else this.#learn(this.#course, transitions);
    if (this.#course?.hasGap) void this.refresh();
  }

  /** Reads what the history has beyond what is known; many callers at once make one read. */
  refresh(): Promise<void> {
    this.#askedAgain = this.#fetching !== undefined;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #open(): Promise<{ identity: OrderIdentity; course: Course }> {
    const { orderId, history } = this.#options;
    const identity = await history.identify(orderId);
    if (identity === null || identity.sagaId === null) throw this.#options.unknown();
    const course = new Course(orderId, identity.sagaId);
    course.accept(await history.after(identity.sagaId, 0));
    course.accept(this.#early);
    this.#early = [];
    this.#sagaId = identity.sagaId;
    this.#course = course;
    if (course.hasGap) void this.refresh();
    return { identity, course };
  }

  #addWatcher(course: Course, afterVersion: number | undefined): Watcher {
    const watcher = new Watcher({
      course,
      after: afterVersion ?? Math.max(course.version - 1, 0),
      maxBehind: this.#options.maxBehind,
      tooSlow: this.#options.tooSlow,
      onClosed: (closed) => {
        this.#watchers.delete(closed);
        this.#release();
      },
    });
    this.#watchers.add(watcher);
    return watcher;
  }

  #learn(course: Course, transitions: readonly SagaTransition[]): void {
    if (!course.accept(transitions)) return;
    this.hasMoved = true;
    for (const watcher of [...this.#watchers]) watcher.advance();
  }

  async #fetch(): Promise<void> {
    const course = this.#course;
    const sagaId = this.#sagaId;
    if (course === undefined || sagaId === undefined) return;
    try {
      // What was hinted at while the answer was on its way may not be in it.
      do {
        this.#askedAgain = false;
        this.#learn(course, await this.#options.history.after(sagaId, course.version));
      } while (this.#askedAgain && course.hasGap);
    } catch (error) {
      // The next hint or re-check reads again; until then the watchers simply wait.
      this.#options.onFetchFailed(error);
    }
  }

  #release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#options.onIdle();
  }
}
