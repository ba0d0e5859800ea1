import { eventually, uniqueName } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broker, IncomingMessage } from '../../src/broker.ts';
import { type BrokerHarness, message, newTopic, numbered, reader, topicSpec, valuesOf } from './harness.ts';

/** What every adapter of the broker port promises. */
export function brokerContract(open: () => Promise<BrokerHarness>): void {
  let harness: BrokerHarness;
  let broker: Broker;
  beforeAll(async () => {
    harness = await open();
    broker = harness.connect();
  });
  afterAll(() => harness.close());

  test('a message arrives with its key, its headers and exactly the text that was sent', async () => {
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

  test('the consumers of a group share the partitions, and each message goes to one of them', async () => {
    const topic = await newTopic(broker);
    const groupId = uniqueName('g');
    const first = reader(broker, { groupId, topics: [topic] }, { finish: true });
    const second = reader(harness.connect(), { groupId, topics: [topic] }, { finish: true });
    await Promise.all([first.consumer.start(), second.consumer.start()]);
    await eventually(async () => {
      // Until both have joined, one of them may have everything.
      const marks = [first.received.length, second.received.length];
      await broker.publish(numbered(topic, 60));
      await eventually(
        () => first.received.length + second.received.length >= (marks[0] ?? 0) + (marks[1] ?? 0) + 60,
      );
      return first.received.length > (marks[0] ?? 0) && second.received.length > (marks[1] ?? 0);
    });
    const partitionsOf = (messages: readonly IncomingMessage[]) =>
      new Set(messages.slice(-5).map((m) => m.partition));
    const shared = [...partitionsOf(first.received)].filter((p) => partitionsOf(second.received).has(p));
    expect(shared).toEqual([]);
    await Promise.all([first.consumer.stop(), second.consumer.stop()]);
  });

  test('what was not done when a consumer stopped is delivered again (O4)', async () => {
    const topic = await newTopic(broker, 1);
    const groupId = uniqueName('g');
    await broker.publish(numbered(topic, 10));
    const first = reader(broker, { groupId, topics: [topic] });
    await first.consumer.start();
    await eventually(() => first.received.length === 10);
    for (const incoming of first.received.slice(0, 4)) first.consumer.done(incoming);
    await first.consumer.stop();
    const second = reader(broker, { groupId, topics: [topic] });
    await second.consumer.start();
    await eventually(() => second.received.length === 6);
    expect(valuesOf(second.received)).toEqual(['4', '5', '6', '7', '8', '9']);
    await second.consumer.stop();
  });

  test('done out of order commits only up to the gap (O4)', async () => {
    const topic = await newTopic(broker, 1);
    const groupId = uniqueName('g');
    await broker.publish(numbered(topic, 6));
    const first = reader(broker, { groupId, topics: [topic] });
    await first.consumer.start();
    await eventually(() => first.received.length === 6);
    for (const index of [5, 0, 3, 4, 1]) first.consumer.done(first.received[index] as IncomingMessage);
    expect(first.consumer.state().unfinished).toBe(1);
    await first.consumer.stop();
    const second = reader(broker, { groupId, topics: [topic] });
    await second.consumer.start();
    await eventually(() => second.received.length === 4);
    expect(valuesOf(second.received)).toEqual(['2', '3', '4', '5']);
    await second.consumer.stop();
  });

  test('done of a generation that is over commits nothing (O4)', async () => {
    const topic = await newTopic(broker, 1);
    const groupId = uniqueName('g');
    await broker.publish(numbered(topic, 3));
    const first = reader(broker, { groupId, topics: [topic] });
    await first.consumer.start();
    await eventually(() => first.received.length === 3);
    const second = reader(harness.connect(), { groupId, topics: [topic] });
    await second.consumer.start();
    // The only partition is with one of the two; whoever has it reads the three again.
    await eventually(() => first.received.length + second.received.length >= 6);
    for (const incoming of first.received.slice(0, 3)) first.consumer.done(incoming);
    await Promise.all([first.consumer.stop(), second.consumer.stop()]);
    const third = reader(broker, { groupId, topics: [topic] });
    await third.consumer.start();
    await eventually(() => third.received.length === 3);
    await third.consumer.stop();
  });

  test('a new group begins at the oldest message or behind the newest, as it asks', async () => {
    const topic = await newTopic(broker, 1);
    await broker.publish(numbered(topic, 2));
    const earliest = reader(broker, { groupId: uniqueName('g'), topics: [topic], from: 'earliest' });
    const latest = reader(broker, { groupId: uniqueName('g'), topics: [topic], from: 'latest' });
    await Promise.all([earliest.consumer.start(), latest.consumer.start()]);
    await eventually(() => latest.consumer.state().lastFetchAt !== null && earliest.received.length === 2);
    await broker.publish([message(topic, 'k', 'new')]);
    await eventually(() => latest.received.length > 0 && earliest.received.length === 3);
    expect(valuesOf(latest.received)).toEqual(['new']);
    await Promise.all([earliest.consumer.stop(), latest.consumer.stop()]);
  });

  test('while onMessages has not resolved nothing more is handed over', async () => {
    const topic = await newTopic(broker);
    const room = Promise.withResolvers<void>();
    const calls: number[] = [];
    const slow = broker.consume({
      groupId: uniqueName('g'),
      topics: [topic],
      from: 'earliest',
      onMessages: (messages) => {
        calls.push(messages.length);
        return room.promise;
      },
    });
    const witness = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await Promise.all([slow.start(), witness.consumer.start()]);
    await broker.publish(numbered(topic, 20));
    await eventually(() => calls.length > 0);
    for (let wave = 0; wave < 3; wave += 1) await broker.publish(numbered(topic, 20));
    await eventually(() => witness.received.length === 80);
    expect(calls).toHaveLength(1);
    room.resolve();
    await eventually(() => calls.reduce((sum, count) => sum + count, 0) === 80);
    await Promise.all([slow.stop(), witness.consumer.stop()]);
  });

  test('a paused consumer is given nothing, stays in its group, and goes on where it was', async () => {
    const topic = await newTopic(broker, 1);
    const paused = reader(broker, { groupId: uniqueName('g'), topics: [topic] }, { finish: true });
    const witness = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await Promise.all([paused.consumer.start(), witness.consumer.start()]);
    await broker.publish([message(topic, 'k', 'before')]);
    await eventually(() => paused.received.length === 1);
    paused.consumer.pause();
    expect(paused.consumer.state().phase).toBe('paused');
    await broker.publish([message(topic, 'k', 'meanwhile')]);
    await eventually(() => witness.received.length === 2);
    expect(valuesOf(paused.received)).toEqual(['before']);
    paused.consumer.resume();
    await eventually(() => paused.received.length === 2);
    expect(new Set(paused.received.map((incoming) => incoming.generation)).size).toBe(1);
    expect(paused.consumer.state().phase).toBe('consuming');
    await Promise.all([paused.consumer.stop(), witness.consumer.stop()]);
  });

  test('a consumer says when it has read to the end that it found at its group join (E2)', async () => {
    const topic = await newTopic(broker, 2);
    await broker.publish(numbered(topic, 10));
    const room = Promise.withResolvers<void>();
    let received = 0;
    const consumer = broker.consume({
      groupId: uniqueName('g'),
      topics: [topic],
      from: 'earliest',
      onMessages: async (messages) => {
        received += messages.length;
        await room.promise;
      },
    });
    consumer.pause();
    await consumer.start();
    await eventually(() => consumer.state().phase === 'paused');
    expect(consumer.state().caughtUp).toBe(false);
    consumer.resume();
    room.resolve();
    await eventually(() => received === 10 && consumer.state().caughtUp);
    await consumer.stop();
    expect(consumer.state()).toMatchObject({ phase: 'stopped', caughtUp: false });
    const empty = reader(broker, { groupId: uniqueName('g'), topics: [await newTopic(broker)] });
    await empty.consumer.start();
    await eventually(() => empty.consumer.state().caughtUp);
    await empty.consumer.stop();
  });

  test('topics are made when they are missing, and left alone when they are there', async () => {
    const spec = topicSpec(uniqueName('contract'), 3);
    await Promise.all([broker.ensureTopics([spec]), harness.connect().ensureTopics([spec])]);
    await broker.publish(numbered(spec.name, 30));
    await broker.ensureTopics([{ ...spec, partitions: 1 }]);
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [spec.name] });
    await consumer.start();
    await eventually(() => received.length === 30);
    expect([...new Set(received.map((incoming) => incoming.partition))].sort()).toEqual([0, 1, 2]);
    await consumer.stop();
  });

  test('a consumer may be stopped twice, before its start too, and done is harmless afterwards', async () => {
    const topic = await newTopic(broker);
    await broker.publish(numbered(topic, 1));
    const { received, consumer } = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await consumer.start();
    await eventually(() => received.length === 1);
    await Promise.all([consumer.stop(), consumer.stop()]);
    await consumer.stop();
    consumer.done(received[0] as IncomingMessage);
    expect(consumer.state().phase).toBe('stopped');
    const never = reader(broker, { groupId: uniqueName('g'), topics: [topic] });
    await never.consumer.stop();
    await never.consumer.start();
    expect(never.consumer.state().phase).toBe('stopped');
  });

  test('health is good while the broker is there', async () => {
    await eventually(() => broker.health().connected);
    expect(broker.health().reason).toBe(null);
  });
}
