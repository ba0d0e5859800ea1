import { ALL_TOPICS } from '@order-saga/contracts';
import {
  type Broker,
  createKafkaBroker,
  type IncomingMessage,
  type OutgoingMessage,
} from '@order-saga/messaging/transport';
import { silentLog } from '@order-saga/service-kit';
import type { Stage } from './fault.ts';
import { hold } from './hold.ts';

const JOIN_WITHIN_MS = 10_000;

/** A stranger on the same Kafka, past the proxies: for as long as `work` takes. */
export async function onTheWire<T>(
  { system, newId }: Stage,
  work: (broker: Broker) => Promise<T>,
): Promise<T> {
  const clientId = `chaos-${newId()}`;
  const broker = createKafkaBroker({ brokers: system.brokers, clientId, log: silentLog, topics: ALL_TOPICS });
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}

/** What passes on these topics for so long. */
export async function listen(
  broker: Broker,
  topics: readonly string[],
  forMs: number,
  { newId, signal }: Stage,
): Promise<readonly OutgoingMessage[]> {
  const heard: OutgoingMessage[] = [];
  const consumer = broker.consume({
    groupId: `chaos-${newId()}`,
    topics,
    from: 'latest',
    onMessages: async (messages) => {
      for (const message of messages) {
        heard.push(again(message));
        consumer.done(message);
      }
    },
  });
  try {
    await Promise.race([consumer.start(), hold(JOIN_WITHIN_MS, signal)]);
    await hold(forMs, signal);
  } finally {
    await consumer.stop();
  }
  return heard;
}

const again = ({ topic, key, value, headers }: IncomingMessage): OutgoingMessage => ({
  topic,
  key: key ?? '',
  value: String(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
});
