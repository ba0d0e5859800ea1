import { rm } from 'node:fs/promises';
import { kafkaUnavailableReason, startKafka } from '@order-saga/local-infra';
import type { TestProject } from 'vitest/node';
import type {} from './provided.ts';
import { runFolder, sweepDeadRuns } from './temp-folders.ts';

/** One real Kafka for a whole vitest run, or the reason why there is none: name this file under `globalSetup`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = await kafkaUnavailableReason();
  if (missing !== null) {
    project.provide('kafka', { available: false, reason: missing });
    return async () => undefined;
  }
  await sweepDeadRuns();
  const folder = await runFolder();
  const kafka = await startKafka({ dataDir: folder });
  project.provide('kafka', { available: true, brokers: kafka.brokers });
  return async () => {
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
