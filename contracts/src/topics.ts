/**
 * Every Kafka topic, declared once: who owns it, what its key is, how it is cut and how long it is kept.
 * The launcher (or the compose file's job) creates them; the broker's auto-creation is off.
 */
export interface TopicSpec {
  readonly name: string;
  /** The service that reads a command topic, or that writes an event topic. */
  readonly owner: 'order' | 'payment' | 'inventory' | 'any';
  readonly key: 'saga id' | 'order id';
  readonly partitions: number;
  readonly retentionMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const topic = (
  name: string,
  owner: TopicSpec['owner'],
  key: TopicSpec['key'],
  retentionDays: number,
): TopicSpec => ({ name, owner, key, partitions: 6, retentionMs: retentionDays * DAY_MS });

export const TOPICS = {
  orderCommands: topic('order-service-commands', 'order', 'saga id', 7),
  paymentCommands: topic('payment-service-commands', 'payment', 'saga id', 7),
  inventoryCommands: topic('inventory-service-commands', 'inventory', 'saga id', 7),
  orderReplies: topic('order-replies', 'order', 'saga id', 7),
  orderEvents: topic('order-events', 'order', 'order id', 7),
  paymentEvents: topic('payment-events', 'payment', 'order id', 7),
  inventoryEvents: topic('inventory-events', 'inventory', 'order id', 7),
  domainEvents: topic('domain-events', 'any', 'order id', 7),
} as const satisfies Record<string, TopicSpec>;

export const ALL_TOPICS: readonly TopicSpec[] = Object.values(TOPICS);
