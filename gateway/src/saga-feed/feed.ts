import type { SagaTransition } from '@order-saga/contracts';
import { publicError } from '../pipeline/public-error.ts';
import { Channel } from './channel.ts';
import type { SagaStatusUpdate } from './course.ts';
import type { OrderIdentity, SagaHistory } from './history.ts';

export interface SagaFeedOptions {
  readonly history: SagaHistory;
  /** How many changes a subscriber may be behind before its stream is closed. */
  readonly maxBehind: number;
  readonly onFetchFailed: (error: unknown) => void;
}

export interface WatchRequest {
  readonly orderId: string;
  readonly afterVersion: number | undefined;
  /** Throws when this caller may not know of the order. */
  readonly mayWatch: (identity: OrderIdentity) => void;
}

/** One hub for all subscriptions of this process: a channel per watched order, however many watch it. */
export class SagaFeed {
  readonly #options: SagaFeedOptions;
  readonly #channels = new Map<string, Channel>();

  constructor(options: SagaFeedOptions) {
    this.#options = options;
  }

  /** Orders that are being watched. */
  get size(): number {
    return this.#channels.size;
  }

  watch(request: WatchRequest): Promise<AsyncIterableIterator<SagaStatusUpdate>> {
    const channel = this.#channels.get(request.orderId) ?? this.#open(request.orderId);
    return channel.watch(request.mayWatch, request.afterVersion);
  }

  isWatched(orderId: string): boolean {
    return this.#channels.has(orderId);
  }

  /** What an event says happened; most orders are watched by nobody here. */
  hint(orderId: string, transitions: readonly SagaTransition[]): void {
    this.#channels.get(orderId)?.hint(transitions);
  }

  /** Channels that have not moved since they were last asked for. */
  takeQuiet(): Map<string, Channel> {
    const quiet = new Map<string, Channel>();
    for (const [orderId, channel] of this.#channels) {
      if (channel.isOpen && !channel.hasMoved) quiet.set(orderId, channel);
      channel.hasMoved = false;
    }
    return quiet;
  }

  #open(orderId: string): Channel {
    const channel = new Channel({
      orderId,
      history: this.#options.history,
      maxBehind: this.#options.maxBehind,
      tooSlow: subscriberTooSlow,
      unknown: orderNotFound,
      onFetchFailed: this.#options.onFetchFailed,
      onIdle: () => {
        if (this.#channels.get(orderId) === channel) this.#channels.delete(orderId);
      },
    });
    this.#channels.set(orderId, channel);
    return channel;
  }
}

export const orderNotFound = (): Error =>
  publicError('NOT_FOUND', 'There is no such order, or you may not see it.');

const subscriberTooSlow = (lastVersion: number): Error =>
  publicError(
    'SUBSCRIBER_TOO_SLOW',
    `This subscription was read too slowly and is closed. Subscribe again with afterVersion: ${lastVersion}.`,
    { lastVersion },
  );
