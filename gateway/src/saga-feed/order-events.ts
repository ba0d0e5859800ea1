import { orderEventSchema, TOPICS } from '@order-saga/contracts';
import type {
  Broker,
  Consumer,
  Forgery,
  IncomingMessage,
  MessageSignatures,
} from '@order-saga/messaging/transport';
import type { SagaFeed } from './feed.ts';

export interface OrderEventsOptions {
  readonly broker: Pick<Broker, 'consume'>;
  readonly feed: SagaFeed;
  /** Unique per process: each gateway reads all partitions, because its subscribers may watch any order (rule C2). */
  readonly instanceId: string;
  /** Absent: events are believed as they come (rule O7). */
  readonly signatures?: MessageSignatures | undefined;
  readonly onForged: (message: IncomingMessage, forgery: Forgery) => void;
  readonly onUnreadable: (message: IncomingMessage, problem: unknown) => void;
}

/** Passes what `order-events` tells on to the feed. Only events of watched orders are decoded: the key is the order's id. */
export function consumeOrderEvents(options: OrderEventsOptions): Consumer {
  const consumer = options.broker.consume({
    groupId: `gateway-${options.instanceId}`,
    topics: [TOPICS.orderEvents.name],
    from: 'latest',
    async onMessages(messages) {
      for (const message of messages) {
        if (message.key !== null && options.feed.isWatched(message.key)) deliver(message);
        consumer.done(message);
      }
    },
  });

  function deliver(message: IncomingMessage): void {
    const forgery = options.signatures?.verify(message) ?? null;
    if (forgery !== null) {
      options.onForged(message, forgery);
      return;
    }
    try {
      const event = orderEventSchema.parse(JSON.parse(String(message.value)));
      options.feed.hint(event.orderId, event.transitions);
    } catch (problem) {
      // Not parked: the order service owns the topic, and the next re-check fills what this would have told.
      options.onUnreadable(message, problem);
    }
  }

  return consumer;
}
