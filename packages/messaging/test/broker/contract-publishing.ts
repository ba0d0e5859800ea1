import { eventually, uniqueName } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import type { Broker } from '../../src/broker.ts';
import { message, newTopic, numbered, reader, topicSpec, valuesOf } from './harness.ts';

/** What every adapter promises about sending. */
export function publishingContract(client: () => Broker, connect: () => Broker): void {
  test('a message arrives with its key, its headers and exactly the text that was sent', async () => {
    const broker = client();
    const topic = await newTopic(broker);
    const text = '{"amount":1.10,"n":9007199254740993,"name":"Zoë 🛒","text":"a\\u0001b"}';
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    const headers = { ce_id: '1', traceparent: '00-ab-cd-01', 'ce_source-é': 'ünïcode', empty: '' };
    expect(await broker.publish([message(topic, 'saga-1', text, headers)])).toEqual([
      { kind: 'acknowledged' },
    ]);
    await consumer.start();
    await eventually(() => received.length === 1);
    const [incoming] = received;
    expect(incoming).toMatchObject({ topic, key: 'saga-1', offset: 0n });
    expect(incoming?.value?.toString()).toBe(text);
    const texts = Object.entries(incoming?.headers ?? {}).map(([name, header]) => [name, String(header)]);
    expect(Object.fromEntries(texts)).toEqual(headers);
    expect(Math.abs(Date.now() - (incoming?.timestampMs ?? 0))).toBeLessThan(60_000);
    await consumer.stop();
  });

  test('messages of one key keep their order, over calls made at the same time', async () => {
    const broker = client();
    const topic = await newTopic(broker);
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await consumer.start();
    const sent = numbered(topic, 300, (index) => `key-${index % 7}`);
    const calls: Promise<unknown>[] = [];
    for (let index = 0; index < sent.length; index += 10)
      calls.push(broker.publish(sent.slice(index, index + 10)));
    await Promise.all(calls);
    await eventually(() => received.length === 300);
    for (const [key, messages] of Map.groupBy(received, (incoming) => incoming.key)) {
      expect(new Set(messages.map((incoming) => incoming.partition)).size, `partitions of ${key}`).toBe(1);
      const order = messages.map((incoming) => Number(incoming.value?.toString()));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    await consumer.stop();
  });

  test('one call may name many topics, and answers one outcome for each message', async () => {
    const broker = client();
    const topics = [await newTopic(broker), await newTopic(broker), await newTopic(broker)];
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics });
    const outcomes = await broker.publish(topics.flatMap((topic) => numbered(topic, 5)));
    expect(outcomes).toHaveLength(15);
    await consumer.start();
    await eventually(() => received.length === 15);
    expect(await broker.publish([])).toEqual([]);
    await consumer.stop();
  });

  test('a message that the broker refuses for its size is named, and the others are unharmed', async () => {
    const broker = client();
    const topic = await newTopic(broker);
    const huge = message(topic, 'huge', 'x'.repeat(2_000_000));
    const [before, after] = [numbered(topic, 3), numbered(topic, 3)];
    const outcomes = await broker.publish([...before, huge, ...after]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual([
      ...before.map(() => 'acknowledged'),
      'too-large',
      ...after.map(() => 'acknowledged'),
    ]);
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await consumer.start();
    await eventually(() => received.length === 6);
    await consumer.stop();
  });

  test('more than one partition batch can hold is taken in one call', async () => {
    const broker = client();
    const topic = await newTopic(broker, 1);
    const sent = Array.from({ length: 40 }, (_, index) =>
      message(topic, 'k', `${index} ${'x'.repeat(100_000)}`),
    );
    expect(await broker.publish(sent)).toHaveLength(40);
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await consumer.start();
    await eventually(() => received.length === 40);
    expect(valuesOf(received).map((value) => Number(value?.split(' ')[0]))).toEqual(
      sent.map((_, index) => index),
    );
    await consumer.stop();
  });

  test('topics are made when they are missing, and left alone when they are there', async () => {
    const broker = client();
    const spec = topicSpec(uniqueName('contract'), 3);
    await Promise.all([broker.ensureTopics([spec]), connect().ensureTopics([spec])]);
    await broker.publish(numbered(spec.name, 30));
    await broker.ensureTopics([{ ...spec, partitions: 1 }]);
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [spec.name] });
    await consumer.start();
    await eventually(() => received.length === 30);
    expect([...new Set(received.map((incoming) => incoming.partition))].sort()).toEqual([0, 1, 2]);
    await consumer.stop();
  });

  test('health is good while the broker is there', async () => {
    const broker = client();
    await eventually(() => broker.health().connected);
    expect(broker.health().reason).toBe(null);
  });
}
