import type { OrderChanges, OrderView } from '@order-saga/contracts';
import type { Place } from './order-changes.ts';

export interface OrderUpdate {
  /** null: everything up to `cursor` has been told. */
  readonly order: OrderView | null;
  readonly cursor: string;
}

export interface OrderStreamOptions {
  readonly customerId: string;
  readonly read: (after: string | undefined) => Promise<OrderChanges<OrderView>>;
  readonly isWanted: (order: OrderView) => boolean;
  readonly onReadFailed: (error: unknown) => void;
  readonly onClosed: (stream: OrderStream) => void;
  readonly monotonic: () => number;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** A reading takes at most a fifth of the time, however many orders the customer has. */
const REST_PER_MS = 4;
const REST_AFTER_FAULT_MS = 1_000;

/**
 * One open stream of a customer's orders: a place in what happened, and at most one page of it. It reads only when it is
 * pulled, so that a subscriber who takes their time costs nothing, misses nothing, and is told the newest state.
 */
export class OrderStream implements AsyncIterableIterator<OrderUpdate, undefined> {
  readonly #options: OrderStreamOptions;
  /** Undefined until it is opened. */
  #page: OrderChanges<OrderView> | undefined;
  #told = 0;
  #hasCaughtUp = false;
  /** Something may have happened since the latest reading began. */
  #isStale = false;
  #isClosed = false;
  #restsUntil = 0;
  #wake: () => void = () => undefined;
  #pulling: Promise<unknown> = Promise.resolve();

  constructor(options: OrderStreamOptions) {
    this.#options = options;
  }

  /** Rejects when the first reading does; it hears hints before, so that nothing falls between (rule C2). */
  async open(after: string | undefined): Promise<this> {
    this.#page = await this.#options.read(after);
    return this;
  }

  get customerId(): string {
    return this.#options.customerId;
  }

  /** Where it waits; undefined while it is about to read anyway. */
  get place(): Place | undefined {
    if (this.#page === undefined || this.#isStale || !this.#isAtEnd) return undefined;
    return { customerId: this.customerId, after: this.#page.position };
  }

  /** Something may have happened. */
  hint(): void {
    this.#isStale = true;
    this.#wake();
  }

  next(): Promise<IteratorResult<OrderUpdate, undefined>> {
    const pull = this.#pulling.then(() => this.#pull());
    this.#pulling = pull.catch(() => undefined);
    return pull;
  }

  async return(): Promise<IteratorResult<OrderUpdate, undefined>> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#options.onClosed(this);
      this.#wake();
    }
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<OrderUpdate, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #isAtEnd(): boolean {
    const page = this.#page;
    return page?.isComplete === true && this.#told === page.items.length;
  }

  async #pull(): Promise<IteratorResult<OrderUpdate, undefined>> {
    for (;;) {
      if (this.#isClosed || this.#page === undefined) return DONE;
      const item = this.#page.items[this.#told];
      if (item !== undefined) {
        this.#told += 1;
        if (!this.#options.isWanted(item.order)) continue;
        return { done: false, value: { order: item.order, cursor: item.position } };
      }
      if (this.#isAtEnd && !this.#hasCaughtUp) {
        this.#hasCaughtUp = true;
        return { done: false, value: { order: null, cursor: this.#page.position } };
      }
      if (this.#isAtEnd && !this.#isStale) await this.#woken();
      else await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { read, monotonic, onReadFailed } = this.#options;
    await this.#rest();
    if (this.#isClosed) return;
    const began = monotonic();
    try {
      // Hints that come while it reads may be of what it did not see any more.
      this.#isStale = false;
      this.#page = await read(this.#page?.position);
      this.#told = 0;
      this.#restsUntil = monotonic() + REST_PER_MS * (monotonic() - began);
    } catch (error) {
      onReadFailed(error);
      this.#isStale = true;
      this.#restsUntil = monotonic() + REST_AFTER_FAULT_MS;
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #rest(): Promise<void> {
    for (;;) {
      const ms = this.#restsUntil - this.#options.monotonic();
      if (ms <= 0 || this.#isClosed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          if (!this.#isClosed) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
