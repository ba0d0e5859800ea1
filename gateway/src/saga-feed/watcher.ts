import type { Course, SagaStatusUpdate } from './course.ts';

type Pull = (result: IteratorResult<SagaStatusUpdate, undefined>) => void;

const DONE: IteratorResult<SagaStatusUpdate, undefined> = { done: true, value: undefined };

export interface WatcherOptions {
  readonly course: Course;
  /** The version after which it begins. */
  readonly after: number;
  /** How far it may fall behind what has happened since it began. */
  readonly maxBehind: number;
  readonly tooSlow: (lastVersion: number) => Error;
  readonly onClosed: (watcher: Watcher) => void;
}

/**
 * One open stream: a place in the course, no buffer of its own. It pulls; a subscriber that takes too long to pull is
 * told so and closed, and can resume from the last version it was given (rule C3). It is never skipped ahead.
 */
export class Watcher implements AsyncIterableIterator<SagaStatusUpdate, undefined> {
  readonly #options: WatcherOptions;
  readonly #pulls: Pull[] = [];
  /** What lay behind it when it began does not count as its slowness. */
  readonly #versionAtStart: number;
  #position: number;
  #failure: Error | undefined;
  #closed = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#position = options.after;
    this.#versionAtStart = options.course.version;
  }

  /** The course has grown. */
  advance(): void {
    for (let pull = this.#pulls.shift(); pull !== undefined; pull = this.#pulls.shift()) {
      const result = this.#take();
      if (result === undefined) {
        this.#pulls.unshift(pull);
        return;
      }
      pull(result);
    }
    const behind = this.#options.course.version - Math.max(this.#position, this.#versionAtStart);
    if (behind <= this.#options.maxBehind || this.#closed) return;
    this.#failure = this.#options.tooSlow(this.#position);
    this.#close();
  }

  async next(): Promise<IteratorResult<SagaStatusUpdate, undefined>> {
    if (this.#failure !== undefined) {
      const reason = this.#failure;
      this.#failure = undefined;
      throw reason;
    }
    return (
      this.#take() ??
      new Promise<IteratorResult<SagaStatusUpdate, undefined>>((resolve) => {
        this.#pulls.push(resolve);
      })
    );
  }

  async return(): Promise<IteratorResult<SagaStatusUpdate, undefined>> {
    this.#failure = undefined;
    this.#close();
    return DONE;
  }

  async throw(reason: unknown): Promise<IteratorResult<SagaStatusUpdate, undefined>> {
    this.#close();
    throw reason;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** graphql-js only returns its iterators; the language asks for disposal too. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #take(): IteratorResult<SagaStatusUpdate, undefined> | undefined {
    if (this.#closed) return DONE;
    const { course } = this.#options;
    const update = course.at(this.#position + 1);
    if (update !== undefined) {
      this.#position = update.seq;
      return { done: false, value: update };
    }
    if (!course.hasEnded) return undefined;
    this.#close();
    return DONE;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pull of this.#pulls.splice(0)) pull(DONE);
    this.#options.onClosed(this);
  }
}
