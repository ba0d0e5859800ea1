import { orderEventSchema, TOPICS } from '@order-saga/contracts';
import type {
  Broker,
  Consumer,
  Forgery,
  IncomingMessage,
  MessageSignatures,
} from '@order-saga/messaging/transport';
import type { OrderFeed } from '../order-feed/order-feed.ts';
import type { SagaFeed } from './feed.ts';

export interface OrderEventsOptions {
  readonly broker: Pick<Broker, 'consume'>;
  readonly feed: Pick<SagaFeed, 'isWatched' | 'hint'>;
  readonly orderFeed: Pick<OrderFeed, 'size' | 'isWatched' | 'hint'>;
  /** Unique per process: each gateway reads all partitions, because its subscribers may watch any order (rule C2). */
  readonly instanceId: string;
  /** Absent: events are believed as they come (rule O7). */
  readonly signatures?: MessageSignatures | undefined;
  readonly onForged: (message: IncomingMessage, forgery: Forgery) => void;
  readonly onUnreadable: (message: IncomingMessage, problem: unknown) => void;
}

/** What stands there in every event of ours, found without decoding the others. */
const CUSTOMER = /"customer_id":\s*"([0-9a-f-]{36})"/;

/** Passes what `order-events` tells on to the feeds. Only events of what is watched are decoded: most are of nobody's interest here. */
export function consumeOrderEvents(options: OrderEventsOptions): Consumer {
  const { feed, orderFeed } = options;
  const consumer = options.broker.consume({
    groupId: `gateway-${options.instanceId}`,
    topics: [TOPICS.orderEvents.name],
    from: 'latest',
    async onMessages(messages) {
      for (const message of messages) {
        if (isWatched(message)) deliver(message);
        consumer.done(message);
      }
    },
  });

  function isWatched({ key, value }: IncomingMessage): boolean {
    if (key !== null && feed.isWatched(key)) return true;
    const customerId = orderFeed.size === 0 ? undefined : CUSTOMER.exec(String(value))?.[1];
    return customerId !== undefined && orderFeed.isWatched(customerId);
  }

  function deliver(message: IncomingMessage): void {
    const forgery = options.signatures?.verify(message) ?? null;
    if (forgery !== null) {
      options.onForged(message, forgery);
      return;
    }
    try {
      const event = orderEventSchema.parse(JSON.parse(String(message.value)));
      feed.hint(event.orderId, event.transitions);
      orderFeed.hint(event.customerId);
    } catch (problem) {
      // Not parked: the order service owns the topic, and the next re-check fills what this would have told.
      options.onUnreadable(message, problem);
    }
  }

  return consumer;
}
