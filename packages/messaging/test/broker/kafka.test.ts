import { describeWithKafka, eventually, kafkaForTests, uniqueName } from '@order-saga/testkit';
import { expect, test, vi } from 'vitest';
import type { Broker } from '../../src/broker.ts';
import { createKafkaBroker, type KafkaBrokerOptions } from '../../src/kafka/index.ts';
import { brokerContract } from './contract.ts';
import { newTopic, numbered } from './harness.ts';
import { silentLog } from './silent-log.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const open: Broker[] = [];

function connect(options: Partial<KafkaBrokerOptions> = {}): Broker {
  const broker = createKafkaBroker({
    brokers: kafkaForTests(),
    clientId: uniqueName('client'),
    log: silentLog,
    ...options,
  });
  open.push(broker);
  return broker;
}

const closeAll = async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()));
};

describeWithKafka('The Kafka adapter keeps the contract of the port', () => {
  brokerContract(async () => ({ connect: () => connect(), close: closeAll }));

  test('a consumer that is held back longer than its session lasts stays a member of its group', async () => {
    const broker = connect({ sessionTimeoutMs: 1_000 });
    const topic = await newTopic(broker, 1);
    const room = Promise.withResolvers<void>();
    const generations: number[] = [];
    const consumer = broker.consume({
      groupId: uniqueName('g'),
      topics: [topic],
      from: 'earliest',
      onMessages: (messages) => {
        generations.push(...messages.map((incoming) => incoming.generation));
        return room.promise;
      },
    });
    await consumer.start();
    await broker.publish(numbered(topic, 1));
    await eventually(() => generations.length === 1);
    const heldSince = performance.now();
    await eventually(() => performance.now() > heldSince + 2_500);
    room.resolve();
    await broker.publish(numbered(topic, 1));
    await eventually(() => generations.length >= 2);
    expect(generations).toEqual([1, 1]);
    await broker.close();
  });

  test('done is committed by a timer, without a stop: another client sees it', async () => {
    const broker = connect({ commitIntervalMs: 50 });
    const topic = await newTopic(broker, 1);
    const groupId = uniqueName('g');
    await broker.publish(numbered(topic, 4));
    const received: string[] = [];
    const consumer = broker.consume({
      groupId,
      topics: [topic],
      from: 'earliest',
      onMessages: async (messages) => {
        for (const incoming of messages) {
          received.push(String(incoming.value));
          if (received.length <= 3) consumer.done(incoming);
        }
      },
    });
    await consumer.start();
    await eventually(() => received.length === 4);
    // A second member takes over what the first has committed so far; it never stops, so only the timer can.
    await eventually(async () => {
      const other = connect();
      const seen: string[] = [];
      const second = other.consume({
        groupId,
        topics: [topic],
        from: 'earliest',
        onMessages: async (messages) => void seen.push(...messages.map((incoming) => String(incoming.value))),
      });
      const before = received.length;
      await second.start();
      await eventually(() => seen.length > 0 || received.length > before);
      await other.close();
      return [...seen, ...received.slice(before)].every((value) => value === '3');
    });
    await broker.close();
  });
});
