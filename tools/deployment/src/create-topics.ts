import { ALL_TOPICS } from '@order-saga/contracts';
import { createKafkaBroker } from '@order-saga/messaging/transport';
import { readTopicsConfig } from './config.ts';
import { keepTrying, runJob } from './job.ts';

/** Every topic of the contracts. Those that exist stay as they are; the broker's auto-creation is off. */
await runJob('create-topics', readTopicsConfig, async (config, log) => {
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: 'create-topics', log });
  try {
    await keepTrying(() => broker.ensureTopics(ALL_TOPICS), { mayPass: () => true });
    log.info({ topics: ALL_TOPICS.map(({ name }) => name) }, 'the topics are there');
  } finally {
    await broker.close();
  }
});
