import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ALL_TOPICS } from '@order-saga/contracts';
import { createKafkaBroker } from '@order-saga/messaging';
import { silentLog } from '@order-saga/service-kit';
import { describeWithKafka, freePort, kafkaForTests } from '@order-saga/testkit';
import { expect, test } from 'vitest';

const job = (name: string): string => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));

async function run(name: string, env: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const ended = promisify(execFile)(process.execPath, [job(name)], { env });
  return ended.then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  );
}

test('a job whose environment is incomplete names every variable that is missing, and exits 1', async () => {
  const { code, stderr } = await run('create-databases', { ORDERS_DB_PASSWORD: 'too short' });
  expect(code).toBe(1);
  expect(stderr).toContain('ADMIN_DATABASE_URL: is not set');
  expect(stderr).toContain('ORDERS_DB_PASSWORD: must have 16 characters or more');
  expect(stderr).toContain('PAYMENTS_DB_PASSWORD: is not set');
  expect(stderr).not.toContain('too short');
});

test('no password is in what a job says of its environment', async () => {
  const port = await freePort();
  const { code, stderr } = await run('create-databases', {
    ADMIN_DATABASE_URL: `mysql://postgres:hidden-password@127.0.0.1:${port}/postgres`,
    ORDERS_DB_PASSWORD: 'a'.repeat(16),
    PAYMENTS_DB_PASSWORD: 'b'.repeat(16),
    INVENTORY_DB_PASSWORD: 'c'.repeat(16),
  });
  expect(code).toBe(1);
  expect(stderr).toContain('must be a URL that begins with postgresql://');
  expect(stderr).not.toContain('hidden-password');
});

describeWithKafka('the topics', () => {
  test('every topic of the contracts is there after the job, and the job may run again', async () => {
    const [broker = ''] = kafkaForTests();
    const env = { KAFKA_BROKERS: broker, LOG_LEVEL: 'warn' };
    expect(await run('create-topics', env)).toEqual({ code: 0, stderr: '' });
    expect(await run('create-topics', env)).toEqual({ code: 0, stderr: '' });

    const client = createKafkaBroker({ brokers: [broker], clientId: 'a-test', log: silentLog });
    try {
      const outcomes = await client.publish(
        ALL_TOPICS.map(({ name }) => ({ topic: name, key: 'key', value: '{}', headers: {} })),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(ALL_TOPICS.map(() => 'acknowledged'));
    } finally {
      await client.close();
    }
  });
});
