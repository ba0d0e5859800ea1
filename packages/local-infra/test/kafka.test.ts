import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findJava, isAlive, kafkaUnavailableReason, startKafka } from '../src/index.ts';
import { kafkaProperties } from '../src/kafka-settings.ts';

const missing = await kafkaUnavailableReason();
const required = process.env.CI === 'true';

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-kafka-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(missing !== null && !required)(
  `a real Kafka${missing === null ? '' : ` (${missing})`}`,
  () => {
    test(
      'starts, is taken over by the next launcher, and starts again after kill -9',
      { timeout: 90_000 },
      () =>
        inFolder(async (dataDir) => {
          const first = await startKafka({ dataDir });
          const again = await startKafka({ dataDir });
          expect(again).toMatchObject({ adopted: true, pid: first.pid, brokers: first.brokers });

          process.kill(first.pid, 'SIGKILL');
          const second = await startKafka({ dataDir, port: first.port });
          expect(second).toMatchObject({ adopted: false, brokers: first.brokers });

          await second.stop();
          expect(await isAlive(second.pid)).toBe(false);
        }),
    );
  },
);

test('a listener of its own sends its clients back to the port that it advertises', () => {
  const lines = kafkaProperties('/data', 1, 2, [{ name: 'ORDER', port: 3, advertisedPort: 4 }]).split('\n');
  expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2,ORDER://127.0.0.1:3');
  expect(lines).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:1,ORDER://127.0.0.1:4');
  expect(lines).toContain(
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,ORDER:PLAINTEXT',
  );
});

test('without Java the reason is a plain sentence', async () => {
  expect(await kafkaUnavailableReason({ PATH: '/nonexistent' })).toBe(
    'there is no Java on the PATH; Kafka needs Java 17 or newer',
  );
});

test('a Java that is too old is named with its version', () =>
  inFolder(async (home) => {
    const java = join(home, 'bin', 'java');
    await mkdir(join(home, 'bin'));
    await writeFile(java, '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n', { mode: 0o755 });
    expect(await findJava({ JAVA_HOME: home })).toEqual({
      found: false,
      reason: `${java} is Java 11; Kafka needs Java 17 or newer`,
    });
  }));
