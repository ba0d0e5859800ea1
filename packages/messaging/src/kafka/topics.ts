import type { TopicSpec } from '@order-saga/contracts';
import type { Admin } from 'kafkajs';
import { type ClientOptions, KafkaClient } from './client.ts';
import { protocolErrorOf } from './errors.ts';

const CLOSE_BOUND_MS = 1_000;
/** Enough to outlive one broker; a smaller cluster gets what it has. */
const REPLICAS = 3;

/** One connection per errand: they are rare, and an idle admin client would be one more thing to keep alive. */
export async function withAdmin<T>(options: ClientOptions, errand: (admin: Admin) => Promise<T>): Promise<T> {
  const client = new KafkaClient(options);
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await errand(admin);
  } finally {
    await client.close(() => admin.disconnect(), CLOSE_BOUND_MS);
  }
}

/** Creates the topics that are missing; one that another process creates at the same time counts as created. */
export async function createMissingTopics(
  options: ClientOptions,
  specs: readonly TopicSpec[],
): Promise<void> {
  if (specs.length === 0) return;
  await withAdmin(options, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = specs.filter((spec) => !present.has(spec.name));
    if (missing.length === 0) return;
    const { brokers } = await admin.describeCluster();
    try {
      await admin.createTopics({
        waitForLeaders: true,
        timeout: 5_000,
        topics: missing.map((spec) => ({
          topic: spec.name,
          numPartitions: spec.partitions,
          replicationFactor: Math.min(REPLICAS, brokers.length),
          configEntries: [{ name: 'retention.ms', value: String(spec.retentionMs) }],
        })),
      });
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
    }
    options.log.info(
      { topics: missing.map((spec) => spec.name) },
      'Created the Kafka topics that were missing',
    );
  });
}

function isAlreadyThere(error: unknown): boolean {
  const { errors } = error as { errors?: unknown[] };
  if (Array.isArray(errors)) return errors.every(isAlreadyThere);
  return protocolErrorOf(error) === 'TOPIC_ALREADY_EXISTS';
}
