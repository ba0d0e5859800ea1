import type { TopicSpec } from '@order-saga/contracts';
import { type Broker, BrokerUnavailableError } from '../broker.ts';
import type { BrokerLog } from './client.ts';
import { KafkaConsumer } from './consumer.ts';
import type { ConsumerTuning } from './consumer-session.ts';
import { messageOf } from './errors.ts';
import { GroupMembers } from './group-members.ts';
import { LinkHealth } from './link-health.ts';
import { ProducerLink } from './producer-link.ts';
import { Publisher } from './publisher.ts';
import { createMissingTopics, withAdmin } from './topics.ts';

export interface KafkaBrokerOptions {
  readonly brokers: readonly string[];
  /** The name of this instance: unique among the processes that run at the same time. */
  readonly clientId: string;
  readonly log: BrokerLog;
  /** Topics that are created whenever they are found missing (rule O5). `ensureTopics` adds to them. */
  readonly topics?: readonly TopicSpec[];
  /** A folder for the group member ids, for a quick return after a crash (rule O9). None: not kept. */
  readonly memberStateDir?: string;
  readonly sessionTimeoutMs?: number;
  readonly heartbeatMs?: number;
  readonly maxWaitMs?: number;
  readonly maxBytesPerPartition?: number;
  readonly maxBatchBytes?: number;
  readonly commitIntervalMs?: number;
  readonly stalledAfterMs?: number;
}

/** The broker port over kafkajs. Nothing here blocks or throws because Kafka is away; `health` says that it is. */
export function createKafkaBroker(options: KafkaBrokerOptions): Broker {
  const { brokers, clientId, log } = options;
  const client = { brokers, clientId, log };
  const health = new LinkHealth(log);
  const members = new GroupMembers(options.memberStateDir, clientId, log);
  const specs = new Map((options.topics ?? []).map((spec) => [spec.name, spec]));
  const createTopics = () => createMissingTopics(client, [...specs.values()]);
  const link = new ProducerLink(client, health);
  const publisher = new Publisher({ link, maxBatchBytes: options.maxBatchBytes ?? 1_000_000, createTopics });
  const consumers: KafkaConsumer[] = [];
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 6_000;

  const tuning = (topics: readonly string[]): ConsumerTuning => ({
    sessionTimeoutMs,
    // Short, because a member hears of a rebalance with its next heartbeat, and the new one waits for that.
    heartbeatMs: options.heartbeatMs ?? Math.min(500, sessionTimeoutMs / 4),
    rebalanceTimeoutMs: Math.max(10_000, sessionTimeoutMs),
    // How long the broker holds a fetch of idle partitions; new messages end the wait at once.
    maxWaitMs: options.maxWaitMs ?? 200,
    maxBytesPerPartition: options.maxBytesPerPartition ?? 1_048_576,
    concurrency: Math.max(
      32,
      topics.reduce((sum, topic) => sum + (specs.get(topic)?.partitions ?? 0), 0),
    ),
  });

  return {
    async ensureTopics(topics) {
      for (const spec of topics) specs.set(spec.name, spec);
      try {
        await createMissingTopics(client, topics);
      } catch (error) {
        throw new BrokerUnavailableError(`The topics could not be created: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    publish: (messages) => publisher.publish(messages),
    consume(subscription) {
      const consumer = new KafkaConsumer({
        client,
        subscription,
        tuning: tuning(subscription.topics),
        health,
        members,
        commitIntervalMs: options.commitIntervalMs ?? 1_000,
        stalledAfterMs: options.stalledAfterMs ?? 5_000,
        createTopics,
        withAdmin: (errand) => withAdmin(client, errand),
      });
      consumers.push(consumer);
      return consumer;
    },
    health: () => health.state(),
    async close() {
      publisher.close();
      await Promise.all([link.close(), ...consumers.map((consumer) => consumer.stop())]);
      members.close();
    },
  };
}
