import { describe, inject, test } from 'vitest';
import { isContinuousIntegration } from './config.ts';
import type {} from './provided.ts';

/** The brokers of this run's Kafka. Needs `@order-saga/testkit/kafka-setup` under `globalSetup`. */
export function kafkaForTests(): string[] {
  const kafka = inject('kafka');
  if (kafka === undefined) {
    throw new Error(
      "add '@order-saga/testkit/kafka-setup' to globalSetup in this workspace's vitest.config.ts",
    );
  }
  if (!kafka.available) throw new Error(`these tests need Kafka: ${kafka.reason}`);
  return [...kafka.brokers];
}

/** A suite on real Kafka. Without Java it is skipped by name; in CI (`CI=true`) its absence is a failure. */
export function describeWithKafka(name: string, suite: () => void): void {
  const kafka = inject('kafka');
  if (kafka === undefined || kafka.available) {
    describe(name, suite);
    return;
  }
  if (isContinuousIntegration()) {
    test(`${name} (needs Kafka)`, () => {
      throw new Error(`CI runs every suite, and this one needs Kafka: ${kafka.reason}`);
    });
    return;
  }
  describe.skip(`${name} (skipped: ${kafka.reason})`, suite);
}
