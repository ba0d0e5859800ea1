import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaBroker } from '@order-saga/messaging/transport';
import { randomIds, systemClock } from '@order-saga/service-kit';
import { CliError } from '../system/cli-error.ts';

/** No answer from the broker for so long: it is away, and what was read so far proves nothing. */
const PATIENCE_MS = 30_000;

/** Reads a topic from its beginning to the end it had when the reader came, under a group of its own. */
export async function readTopic(
  brokers: readonly string[],
  topic: string,
  take: (value: string) => void,
): Promise<void> {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const groupId = `order-saga-checker-${randomIds(systemClock).uuid()}`;
  const broker = createKafkaBroker({ brokers, clientId: groupId, log });
  let lastNewsAt = performance.now();
  const consumer = broker.consume({
    groupId,
    topics: [topic],
    from: 'earliest',
    onMessages: async (messages) => {
      lastNewsAt = performance.now();
      for (const message of messages) {
        if (message.value !== null) take(message.value.toString('utf8'));
        consumer.done(message);
      }
    },
  });
  try {
    const joined = consumer.start();
    void joined.catch(() => undefined);
    while (!consumer.state().caughtUp) {
      if (performance.now() - lastNewsAt > PATIENCE_MS)
        throw new CliError(
          'KAFKA_UNREACHABLE',
          `${topic} cannot be read from ${brokers.join(', ')}: is Kafka up?`,
        );
      await delay(20);
    }
  } finally {
    await consumer.stop();
    await broker.close();
  }
}
