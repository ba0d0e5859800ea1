import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@order-saga/local-infra';
import { describeWithKafka, eventually, freePort, kafkaForTests, uniqueName } from '@order-saga/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { BrokerUnavailableError } from '../../src/broker.ts';
import { createKafkaBroker, type KafkaBrokerOptions } from '../../src/kafka/index.ts';
import { message, newTopic, numbered, reader, topicSpec, valuesOf } from './harness.ts';
import { recordingLog, silentLog } from './silent-log.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-kafka-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function kafkaOn(port: number, dataDir: string) {
  const kafka = await startKafka({ dataDir, port });
  undo.push(() => kafka.stop());
  return kafka;
}

function brokerOn(port: number, topics: readonly string[], options: Partial<KafkaBrokerOptions> = {}) {
  const { log, lines } = recordingLog();
  const broker = createKafkaBroker({
    brokers: [`127.0.0.1:${port}`],
    clientId: uniqueName('client'),
    log,
    topics: topics.map((name) => topicSpec(name, 2)),
    ...options,
  });
  undo.push(() => broker.close());
  return { broker, lines };
}

describeWithKafka('The Kafka adapter recovers', () => {
  test('a client that starts before the broker waits for it, says why, and warns once (O8)', async () => {
    const port = await freePort();
    const { broker, lines } = brokerOn(port, ['t']);
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] }, { finish: true });
    let isJoined = false;
    const joined = consumer.start().then(() => {
      isJoined = true;
    });
    await expect(broker.publish([message('t', 'k', 'v')])).rejects.toBeInstanceOf(BrokerUnavailableError);
    await eventually(() => broker.health().reason?.includes('ECONNREFUSED') === true);
    await eventually(() => /consumer g: .*ECONNREFUSED/.test(broker.health().reason ?? ''));
    await expect(broker.publish([message('t', 'k', 'v')])).rejects.toBeInstanceOf(BrokerUnavailableError);
    expect(isJoined).toBe(false);
    expect(consumer.state().phase).toBe('starting');
    await kafkaOn(port, await temporaryFolder());
    await joined;
    await eventually(() => broker.health().connected);
    // The topic was nobody's to create before: the client did (O5).
    await broker.publish([message('t', 'k', 'v')]);
    await eventually(() => received.length === 1);
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(lines.at(-1)).toBe('info Kafka can be used again');
  });

  test('a broker that comes back without its data heals by itself (O5)', async () => {
    const port = await freePort();
    const first = await kafkaOn(port, await temporaryFolder());
    const { broker } = brokerOn(port, ['t']);
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] }, { finish: true });
    await consumer.start();
    await broker.publish(numbered('t', 20));
    await eventually(() => received.length === 20);
    await first.stop();
    await eventually(() => !broker.health().connected);
    await kafkaOn(port, await temporaryFolder());
    const sent = await eventually(() => broker.publish(numbered('t', 5)), { timeoutMs: 30_000 });
    expect(sent).toHaveLength(5);
    await eventually(() => received.length >= 25, { timeoutMs: 20_000 });
    expect(new Set(valuesOf(received.slice(20)))).toEqual(new Set(['0', '1', '2', '3', '4']));
    await eventually(() => broker.health().connected && consumer.state().caughtUp);
  });

  test('a broker that restarts with its data loses nothing that was not done', async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const first = await kafkaOn(port, folder);
    const { broker } = brokerOn(port, ['t']);
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] });
    await consumer.start();
    await broker.publish(numbered('t', 6));
    await eventually(() => received.length === 6);
    await first.stop();
    await eventually(() => !broker.health().connected);
    await kafkaOn(port, folder);
    await eventually(() => broker.publish([message('t', 'k', 'late')]), { timeoutMs: 30_000 });
    await eventually(() => valuesOf(received).includes('late'), { timeoutMs: 20_000 });
    await eventually(() => consumer.state().unfinished === 7);
  });

  test('seed defect 66: a broker that keeps its connections and answers nothing is noticed, and left behind in time', async () => {
    const port = await freePort();
    const kafka = await kafkaOn(port, await temporaryFolder());
    const { broker } = brokerOn(port, ['t'], { stalledAfterMs: 1_000 });
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] }, { finish: true });
    const other = brokerOn(port, ['t'], { stalledAfterMs: 1_000 });
    const idle = reader(other.broker, { groupId: 'h', topics: ['t'] });
    await Promise.all([consumer.start(), idle.consumer.start()]);
    await broker.publish(numbered('t', 3));
    await eventually(() => received.length === 3);
    process.kill(kafka.pid, 'SIGSTOP');
    undo.push(async () => process.kill(kafka.pid, 'SIGCONT'));
    const unanswered = expect(broker.publish([message('t', 'k', 'unheard')])).rejects.toThrow(
      /no answer in 5000 ms/,
    );
    await eventually(() => consumer.state().phase === 'reconnecting', { timeoutMs: 20_000 });
    expect(broker.health().reason).toMatch(/consumer g: no answer to a fetch for \d+ ms/);
    const since = performance.now();
    await other.broker.close();
    expect(performance.now() - since).toBeLessThan(7_000);
    await unanswered;
    process.kill(kafka.pid, 'SIGCONT');
    await eventually(() => consumer.state().phase === 'consuming', { timeoutMs: 30_000 });
    await eventually(() => broker.publish([message('t', 'k', 'late')]), { timeoutMs: 30_000 });
    await eventually(() => valuesOf(received).includes('late'), { timeoutMs: 30_000 });
  });

  test('close is bounded while the broker is gone', async () => {
    const { broker } = brokerOn(await freePort(), ['t']);
    const { consumer } = reader(broker, { groupId: 'g', topics: ['t'] });
    void consumer.start();
    await eventually(() => broker.health().reason?.includes('ECONNREFUSED') === true);
    const since = performance.now();
    await broker.close();
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  test('after kill -9 the next life is back in the group long before the session times out (O9)', async () => {
    const stateDir = await temporaryFolder();
    const setup = createKafkaBroker({ brokers: kafkaForTests(), clientId: uniqueName('c'), log: silentLog });
    undo.push(() => setup.close());
    const topic = await newTopic(setup);
    await eventually(() => setup.publish([message(topic, 'k', 'v')]), { timeoutMs: 30_000 });
    const member = (instance: string) => {
      const child = spawn(
        process.execPath,
        [
          join(import.meta.dirname, 'group-member.ts'),
          ...kafkaForTests(),
          topic,
          'group-of-dead',
          instance,
          stateDir,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      undo.push(async () => child.kill('SIGKILL'));
      return child;
    };
    const first = member('instance-1');
    await firstLine(first, 'joined');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = member('instance-1');
    const tookMs = Number((await firstLine(second, 'joined')).split(' ')[1]);
    console.log(`back in the group after kill -9: ${tookMs} ms`);
    expect(tookMs).toBeLessThan(2_500);
    // A replica under the same name cannot take the lock, so it evicts nobody.
    const replica = member('instance-1');
    await firstLine(replica, 'warn');
    await firstLine(replica, 'joined');
    expect(second.exitCode).toBe(null);
  });
});

async function firstLine(child: ChildProcess, start: string): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return eventually(
    () => {
      const line = text.split('\n').find((each) => each.startsWith(start));
      if (line === undefined) throw new Error(`no line '${start}' in: ${text}`);
      return line;
    },
    { timeoutMs: 20_000 },
  );
}
