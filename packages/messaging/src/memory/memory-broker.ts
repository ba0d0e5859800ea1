import type { TopicSpec } from '@order-saga/contracts';
import { type Broker, BrokerUnavailableError, type OutgoingMessage, type PublishOutcome } from '../broker.ts';
import { sizeOf } from '../kafka/batches.ts';
import { partitionOfKey } from '../kafka/partitioner.ts';
import { fateOf, happens, type MemoryFaults } from './faults.ts';
import { MemoryConsumer } from './memory-consumer.ts';
import { MemoryGroup } from './memory-group.ts';
import { PartitionLog, type StoredMessage } from './partition-log.ts';

export interface MemoryBrokerOptions {
  /** Of a topic that is used before `ensureTopics` named it. Default 6. */
  readonly partitions?: number;
  readonly faults?: MemoryFaults;
  /** Decides the faults, and nothing else. */
  readonly random?: () => number;
  /** Runs a turn later; the broker has no other notion of time. Default `setImmediate`. */
  readonly schedule?: (turn: () => void) => void;
  /** Stamps the messages, in milliseconds since 1970. */
  readonly now?: () => number;
  /** For `ConsumerState.lastFetchAt`. */
  readonly monotonicNow?: () => number;
  /** Kept per partition even if a group has not read them; what all groups have committed goes at once. */
  readonly maxMessagesPerPartition?: number;
  readonly maxMessageBytes?: number;
}

/** The port, and the levers that a fault test pulls. */
export interface MemoryBroker extends Broker {
  /** From now on nothing is taken or delivered, and `health` gives the reason; null ends the outage. */
  setOutage(reason: string | null): void;
  /** Loses every message and every committed offset. */
  wipe(): void;
}

interface Topic {
  readonly logs: PartitionLog[];
  /** Messages that wait to be stored behind their follower. */
  readonly held: Map<number, StoredMessage[]>;
}

const ACKNOWLEDGED: PublishOutcome = { kind: 'acknowledged' };

/** A broker within the process, with the semantics of Kafka that the port promises. */
export function createMemoryBroker(options: MemoryBrokerOptions = {}): MemoryBroker {
  const { faults = {}, random = Math.random, now = Date.now } = options;
  const schedule = options.schedule ?? ((turn: () => void) => void setImmediate(turn));
  const monotonicNow = options.monotonicNow ?? (() => performance.now());
  const maxMessages = options.maxMessagesPerPartition ?? 20_000;
  const maxBytes = options.maxMessageBytes ?? 1_048_576;
  const topics = new Map<string, Topic>();
  const groups = new Map<string, { readonly group: MemoryGroup; readonly topics: Set<string> }>();
  const consumers: MemoryConsumer[] = [];
  let outage: string | null = null;
  let isClosed = false;

  const topicOf = (name: string, partitions = options.partitions ?? 6): Topic => {
    let topic = topics.get(name);
    if (topic === undefined) {
      const logs = Array.from({ length: partitions }, () => new PartitionLog(maxMessages));
      topic = { logs, held: new Map() };
      topics.set(name, topic);
    }
    return topic;
  };

  const groupsOf = (topic: string) => [...groups.values()].filter((entry) => entry.topics.has(topic));

  const store = (topicName: string, partition: number, message: StoredMessage) => {
    const topic = topicOf(topicName);
    topic.logs[partition]?.append(message);
    for (const late of topic.held.get(partition) ?? []) topic.logs[partition]?.append(late);
    topic.held.delete(partition);
    for (const { group } of groupsOf(topicName)) group.wake(topicName);
  };

  const storeInTurn = (turns: number, storing: () => void) => {
    if (turns <= 0) storing();
    else schedule(() => storeInTurn(turns - 1, storing));
  };

  /** Held until the next message of the partition; should none come, for a few turns. */
  const hold = (topicName: string, partition: number, message: StoredMessage) => {
    const { held } = topicOf(topicName);
    held.set(partition, [...(held.get(partition) ?? []), message]);
    storeInTurn(4, () => {
      const waiting = held.get(partition) ?? [];
      if (!waiting.includes(message)) return;
      held.set(
        partition,
        waiting.filter((other) => other !== message),
      );
      store(topicName, partition, message);
    });
  };

  const take = (outgoing: OutgoingMessage): PublishOutcome => {
    if (sizeOf(outgoing) > maxBytes) return { kind: 'too-large', reason: `above ${maxBytes} bytes` };
    const partition = partitionOfKey(outgoing.key, topicOf(outgoing.topic).logs.length);
    const message: StoredMessage = {
      key: outgoing.key,
      value: Buffer.from(outgoing.value),
      headers: Object.fromEntries(
        Object.entries(outgoing.headers).map(([name, value]) => [name, Buffer.from(value)]),
      ),
      timestampMs: now(),
    };
    const fate = fateOf(faults, random);
    for (let copy = 0; copy < fate.copies; copy += 1) {
      const storing = fate.isBehindNext ? hold : store;
      storeInTurn(fate.delayTurns, () => storing(outgoing.topic, partition, message));
    }
    return ACKNOWLEDGED;
  };

  const trim = (topicName: string, partition: number) => {
    const offsets = groupsOf(topicName).map(({ group }) => group.committedOffset(topicName, partition) ?? 0n);
    const lowest = offsets.reduce((low, offset) => (offset < low ? offset : low), offsets[0] ?? 0n);
    topicOf(topicName).logs[partition]?.trim(lowest);
  };

  const wakeAll = () => {
    for (const consumer of consumers) consumer.wake();
  };

  return {
    async ensureTopics(specs: readonly TopicSpec[]) {
      for (const spec of specs) topicOf(spec.name, spec.partitions);
    },

    publish(messages) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly PublishOutcome[]>();
      schedule(() => {
        const reason = isClosed ? 'the broker is closed' : outage;
        if (reason !== null) return reject(new BrokerUnavailableError(reason));
        const outcomes = messages.map(take);
        if (!happens(faults.unacknowledged, random)) return resolve(outcomes);
        reject(new BrokerUnavailableError('The acknowledgement was lost'));
      });
      return promise;
    },

    consume(subscription) {
      const { groupId } = subscription;
      const logsOf = (name: string) => topicOf(name).logs;
      const entry = groups.get(groupId) ?? { group: new MemoryGroup(logsOf), topics: new Set<string>() };
      groups.set(groupId, entry);
      for (const name of subscription.topics) entry.topics.add(name);
      const consumer = new MemoryConsumer({
        subscription,
        schedule,
        monotonicNow,
        isAvailable: () => outage === null && !isClosed,
        join: (joining) => entry.group.join(joining),
        leave: (leaving) => {
          consumers.splice(consumers.indexOf(leaving), 1);
          entry.group.leave(leaving);
        },
        commit: (offsets) => {
          entry.group.commit(offsets);
          for (const { topic, partition } of offsets) trim(topic, partition);
        },
      });
      consumers.push(consumer);
      return consumer;
    },

    health() {
      const reason = isClosed ? 'the broker is closed' : outage;
      return { connected: reason === null, reason };
    },

    async close() {
      isClosed = true;
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },

    setOutage(reason) {
      outage = reason;
      if (reason === null) wakeAll();
    },

    wipe() {
      for (const [name, { logs }] of [...topics]) {
        topics.delete(name);
        topicOf(name, logs.length);
      }
      for (const { group } of groups.values()) group.forget();
    },
  };
}
