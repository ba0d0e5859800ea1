import { rm } from 'node:fs/promises';
import { ALL_TOPICS } from '@order-saga/contracts';
import { freePort, kafkaUnavailableReason } from '@order-saga/local-infra';
import { createKafkaBroker } from '@order-saga/messaging';
import { eventually } from '@order-saga/testkit';
import { describe, expect, test } from 'vitest';
import { startSystem } from '../src/system/system.ts';
import { fakeOptions } from './fakes/options.ts';

const missing = await kafkaUnavailableReason();
const required = process.env.CI === 'true';

describe.skipIf(missing !== null && !required)(`with Kafka${missing === null ? '' : ` (${missing})`}`, () => {
  test('topics exist when the system is ready, and outlive a broker that was killed', {
    timeout: 120_000,
  }, async () => {
    const said: string[] = [];
    const options = await fakeOptions({ broker: 'kafka', say: (line) => said.push(line) });
    const system = await startSystem({ ...options, ports: { ...options.ports, kafka: await freePort() } });
    try {
      await canPublishEverywhere(system.brokers);
      system.kill('kafka', 'SIGKILL');
      await eventually(() => expect(said).toContain('kafka is ready again'), { timeoutMs: 60_000 });
      await canPublishEverywhere(system.brokers);
    } finally {
      await system.stop();
      await rm(options.dataDir, { recursive: true, force: true });
    }
  });
});

/** Topics are not created by publishing: auto-creation is off. */
async function canPublishEverywhere(brokers: readonly string[]): Promise<void> {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const broker = createKafkaBroker({ brokers, clientId: 'launcher-test', log });
  try {
    const messages = ALL_TOPICS.map(({ name }) => ({ topic: name, key: 'k', value: '{}', headers: {} }));
    const outcomes = await eventually(() => broker.publish(messages), { timeoutMs: 30_000 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(ALL_TOPICS.map(() => 'acknowledged'));
  } finally {
    await broker.close();
  }
}
