import type { TopicSpec } from '@order-saga/contracts';
import { uniqueName } from '@order-saga/testkit';
import type { Broker, Consumer, IncomingMessage, OutgoingMessage, Subscription } from '../../src/broker.ts';

/** A place to run the contract: `connect` gives what another process would have, a client of the same broker. */
export interface BrokerHarness {
  connect(): Broker;
  close(): Promise<void>;
}

export const topicSpec = (name: string, partitions = 6): TopicSpec => ({
  name,
  owner: 'any',
  key: 'saga id',
  partitions,
  retentionMs: 3_600_000,
});

export async function newTopic(broker: Broker, partitions = 6): Promise<string> {
  const name = uniqueName('contract');
  await broker.ensureTopics([topicSpec(name, partitions)]);
  return name;
}

export const message = (topic: string, key: string, value: string, headers = {}): OutgoingMessage => ({
  topic,
  key,
  value,
  headers,
});

export const numbered = (topic: string, count: number, keyOf = (index: number) => `key-${index}`) =>
  Array.from({ length: count }, (_, index) => message(topic, keyOf(index), String(index)));

export const valuesOf = (messages: readonly IncomingMessage[]) =>
  messages.map((incoming) => incoming.value?.toString() ?? null);

export interface Reader {
  readonly consumer: Consumer;
  readonly received: IncomingMessage[];
  readonly calls: IncomingMessage[][];
}

/** A consumer that collects what it is given; it finishes nothing unless told to. */
export function reader(
  broker: Broker,
  subscription: Pick<Subscription, 'groupId' | 'topics'> & Partial<Subscription>,
  options: { readonly finish?: boolean } = {},
): Reader {
  const received: IncomingMessage[] = [];
  const calls: IncomingMessage[][] = [];
  const consumer: Consumer = broker.consume({
    from: 'earliest',
    onMessages: async (messages) => {
      calls.push([...messages]);
      received.push(...messages);
      if (options.finish) for (const incoming of messages) consumer.done(incoming);
    },
    ...subscription,
  });
  return { consumer, received, calls };
}
