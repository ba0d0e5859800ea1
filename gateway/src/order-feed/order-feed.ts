import type { OrderChanges, OrderView } from '@order-saga/contracts';
import type { OrderChangesSource } from './order-changes.ts';
import { OrderStream, type OrderUpdate } from './order-stream.ts';

export interface OrderFeedOptions {
  readonly source: OrderChangesSource;
  readonly onReadFailed: (error: unknown) => void;
  readonly monotonic: () => number;
}

export interface OrdersWatched {
  readonly customerId: string;
  /** A cursor that an earlier stream gave. */
  readonly after: string | undefined;
  readonly isWanted: (order: OrderView) => boolean;
}

/** As many places as one question takes. */
const PLACES_PER_CALL = 100;

/** All streams of customers' orders of this process. Those that are equally far share a reading. */
export class OrderFeed {
  readonly #options: OrderFeedOptions;
  readonly #streams = new Map<string, Set<OrderStream>>();
  /** Under way, and begun since the customer's latest hint: an older one may not see what was hinted at. */
  readonly #readings = new Map<string, Map<string, Promise<OrderChanges<OrderView>>>>();

  constructor(options: OrderFeedOptions) {
    this.#options = options;
  }

  /** Customers whose orders are being watched. */
  get size(): number {
    return this.#streams.size;
  }

  /** Rejects when the first reading does: the orders cannot be reached, or the cursor is none. */
  async watch({ customerId, after, isWanted }: OrdersWatched): Promise<AsyncIterableIterator<OrderUpdate>> {
    const { onReadFailed, monotonic } = this.#options;
    const stream = new OrderStream({
      customerId,
      read: (position) => this.#read(customerId, position),
      isWanted,
      onReadFailed,
      onClosed: (closed) => this.#remove(closed),
      monotonic,
    });
    this.#add(stream);
    try {
      return await stream.open(after);
    } catch (error) {
      this.#remove(stream);
      throw error;
    }
  }

  isWatched(customerId: string): boolean {
    return this.#streams.has(customerId);
  }

  hint(customerId: string): void {
    this.#readings.delete(customerId);
    for (const stream of this.#streams.get(customerId) ?? []) stream.hint();
  }

  /**
   * Asks whether streams that wait missed a hint, because an event may be lost or come before the group was joined (rule
   * C2).
   */
  async recheck(): Promise<void> {
    const waiting = [...this.#streams.values()].flatMap((streams) =>
      [...streams].flatMap(({ place }) => place ?? []),
    );
    const places = [
      ...new Map(waiting.map((place) => [`${place.customerId} ${place.after}`, place])).values(),
    ];
    for (let start = 0; start < places.length; start += PLACES_PER_CALL) {
      const slice = places.slice(start, start + PLACES_PER_CALL);
      const moved = await this.#options.source.moved(slice);
      slice.forEach(({ customerId }, index) => {
        if (moved[index]) this.hint(customerId);
      });
    }
  }

  #read(customerId: string, after: string | undefined): Promise<OrderChanges<OrderView>> {
    const readings = this.#readings.get(customerId) ?? new Map<string, Promise<OrderChanges<OrderView>>>();
    const key = after ?? '';
    const underWay = readings.get(key);
    if (underWay !== undefined) return underWay;
    const reading = this.#options.source.changes(customerId, after).finally(() => {
      readings.delete(key);
      if (readings.size === 0 && this.#readings.get(customerId) === readings)
        this.#readings.delete(customerId);
    });
    readings.set(key, reading);
    this.#readings.set(customerId, readings);
    return reading;
  }

  #add(stream: OrderStream): void {
    const streams = this.#streams.get(stream.customerId) ?? new Set();
    streams.add(stream);
    this.#streams.set(stream.customerId, streams);
  }

  #remove(stream: OrderStream): void {
    const streams = this.#streams.get(stream.customerId);
    streams?.delete(stream);
    if (streams?.size === 0) this.#streams.delete(stream.customerId);
  }
}
