import { kafkaUnavailableReason } from '@order-saga/local-infra';
import type {} from '@order-saga/testkit';
import type { TestProject } from 'vitest/node';

/** Every run starts a Kafka of its own, with a listener per client; here is only asked whether that is possible. */
export default async function setup(project: TestProject): Promise<void> {
  const reason = await kafkaUnavailableReason();
  project.provide('kafka', reason === null ? { available: true, brokers: [] } : { available: false, reason });
}
