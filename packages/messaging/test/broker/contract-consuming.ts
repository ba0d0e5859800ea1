import { eventually, uniqueName } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import type { Broker, IncomingMessage } from '../../src/broker.ts';
import { message, newTopic, numbered, reader, valuesOf } from './harness.ts';

/** What every adapter promises about reading. */
export function consumingContract(client: () => Broker, connect: () => Broker): void {
  test('the consumers of a group share the partitions, and each message goes to one of them', async () => {
    const broker = client();
    const topic = await newTopic(broker);
    const groupId = uniqueName('g');
    const first = reader(broker, { groupId, topics: [topic] }, { finish: true });
    const second = reader(connect(), { groupId, topics: [topic] }, { finish: true });
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
    const broker = client();
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
    const broker = client();
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
    const broker = client();
    const topic = await newTopic(broker, 1);
    const groupId = uniqueName('g');
    await broker.publish(numbered(topic, 3));
    const first = reader(broker, { groupId, topics: [topic] });
    await first.consumer.start();
    await eventually(() => first.received.length === 3);
    const second = reader(connect(), { groupId, topics: [topic] });
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
    const broker = client();
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
    const broker = client();
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
    const broker = client();
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
    const broker = client();
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

  test('a consumer may be stopped twice, before its start too, and done is harmless afterwards', async () => {
    const broker = client();
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
}
