import { eventually, uniqueName } from '@order-saga/testkit';
import { describe, expect, test } from 'vitest';
import { BrokerUnavailableError } from '../../src/broker.ts';
import { createMemoryBroker, type MemoryFaults } from '../../src/memory/index.ts';
import { brokerContract } from './contract.ts';
import { numbered, reader, valuesOf } from './harness.ts';

describe('The in-process broker keeps the contract of the port', () => {
  brokerContract(async () => {
    const broker = createMemoryBroker();
    return { connect: () => broker, close: () => broker.close() };
  });
});

/** A generator with a seed (mulberry32), and a scheduler that runs turns only when it is told to. */
function simulated(faults: MemoryFaults, seed: number) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const turns: (() => void)[] = [];
  const broker = createMemoryBroker({
    faults,
    random,
    schedule: (turn) => turns.push(turn),
    now: () => 0,
    monotonicNow: () => 0,
    partitions: 1,
  });
  const runAll = async () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      turn();
      // Lets the promises of that turn settle before the next one.
      for (let settle = 0; settle < 5; settle += 1) await Promise.resolve();
    }
  };
  return { broker, runAll };
}

async function deliveredUnder(faults: MemoryFaults, seed: number) {
  const { broker, runAll } = simulated(faults, seed);
  const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] }, { finish: true });
  void consumer.start();
  await runAll();
  const refused: number[] = [];
  numbered('t', 100).forEach((message, index) => {
    broker.publish([message]).catch(() => refused.push(index));
  });
  await runAll();
  return { values: valuesOf(received).map(Number), refused };
}

const inOrder = Array.from({ length: 100 }, (_, index) => index);

describe('The in-process broker can do wrong on purpose', () => {
  test('one seed gives one run, and another seed another', async () => {
    const faults = { duplicate: 0.2, drop: 0.1, delay: 0.2, reorder: 0.2, unacknowledged: 0.1 };
    const run = await deliveredUnder(faults, 7);
    expect(await deliveredUnder(faults, 7)).toEqual(run);
    expect(await deliveredUnder(faults, 8)).not.toEqual(run);
  });

  test('without faults everything arrives once and in order', async () => {
    expect((await deliveredUnder({}, 1)).values).toEqual(inOrder);
  });

  test('duplicate stores some twice, drop some never', async () => {
    const doubled = (await deliveredUnder({ duplicate: 0.3 }, 1)).values;
    expect(new Set(doubled).size).toBe(100);
    expect(doubled.length).toBeGreaterThan(100);
    const thinned = (await deliveredUnder({ drop: 0.3 }, 1)).values;
    expect(thinned.length).toBeLessThan(100);
    expect(new Set(thinned).size).toBe(thinned.length);
  });

  test('delay and reorder change the order and lose nothing', async () => {
    for (const faults of [{ delay: 0.3 }, { reorder: 0.3 }]) {
      const { values } = await deliveredUnder(faults, 1);
      expect(values).not.toEqual(inOrder);
      expect(values.toSorted((a, b) => a - b)).toEqual(inOrder);
    }
  });

  test('a lost acknowledgement rejects the call although the message is stored', async () => {
    const { values, refused } = await deliveredUnder({ unacknowledged: 0.3 }, 1);
    expect(values).toEqual(inOrder);
    expect(refused.length).toBeGreaterThan(0);
  });

  test('an outage refuses and delivers nothing, start waits for its end, and health gives the reason', async () => {
    const broker = createMemoryBroker();
    broker.setOutage('unplugged');
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] });
    let isJoined = false;
    const joined = consumer.start().then(() => {
      isJoined = true;
    });
    await expect(broker.publish(numbered('t', 1))).rejects.toBeInstanceOf(BrokerUnavailableError);
    expect(broker.health()).toEqual({ connected: false, reason: 'unplugged' });
    expect(isJoined).toBe(false);
    broker.setOutage(null);
    await joined;
    await broker.publish(numbered('t', 1));
    await eventually(() => received.length === 1);
    await broker.close();
  });

  test('after a wipe everything begins anew, and what is sent then arrives', async () => {
    const broker = createMemoryBroker();
    const { received, consumer } = reader(broker, { groupId: 'g', topics: ['t'] }, { finish: true });
    await consumer.start();
    await broker.publish(numbered('t', 10));
    await eventually(() => received.length === 10);
    broker.wipe();
    await broker.publish(numbered('t', 3));
    await eventually(() => received.length === 13);
    await broker.close();
  });

  test('what all groups have committed is forgotten, and a group that never reads holds a bounded number', async () => {
    const broker = createMemoryBroker({ maxMessagesPerPartition: 10, partitions: 1 });
    const first = reader(broker, { groupId: uniqueName('g'), topics: ['t'] }, { finish: true });
    await first.consumer.start();
    await broker.publish(numbered('t', 5));
    await eventually(() => first.received.length === 5);
    const second = reader(broker, { groupId: uniqueName('g'), topics: ['t'] });
    await second.consumer.start();
    await broker.publish(numbered('t', 1));
    await eventually(() => second.received.length === 1);
    second.consumer.pause();
    await broker.publish(numbered('t', 25));
    await eventually(() => first.consumer.state().caughtUp && first.consumer.state().unfinished === 0);
    second.consumer.resume();
    await eventually(() => second.received.length === 11);
    expect(second.received.at(-1)?.offset).toBe(30n);
    await broker.close();
  });
});
