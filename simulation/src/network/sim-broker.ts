import {
  type Broker,
  BrokerUnavailableError,
  type OutgoingMessage,
  type PublishOutcome,
} from '@order-saga/messaging';
import type { Life } from '../world/life.ts';
import type { World } from '../world/world.ts';
import { Group } from './group.ts';
import { SimConsumer } from './sim-consumer.ts';

/** In a log, as it was sent: most events are read by nobody, and their bytes are never made. */
export interface StoredMessage {
  readonly sent: OutgoingMessage;
  readonly timestampMs: number;
}

export function bytesOf({ sent, timestampMs }: StoredMessage) {
  const headers: Record<string, Buffer> = {};
  for (const name in sent.headers) headers[name] = Buffer.from(sent.headers[name] as string);
  return { key: sent.key, value: Buffer.from(sent.value), headers, timestampMs };
}

const PARTITIONS = 3;
const ACKNOWLEDGED: PublishOutcome = { kind: 'acknowledged' };

/** The one broker of a world: logs, groups, and everything that can happen to a message on its way. */
export class SimBroker {
  readonly world: World;
  isAway = false;
  readonly #topics = new Map<string, StoredMessage[][]>();
  readonly #groups = new Map<string, Group>();
  readonly #onTaken: (message: OutgoingMessage) => void;
  /** Waits for the next message of its partition. */
  readonly #behind = new Map<StoredMessage[], (() => void)[]>();
  /** On their way into a log, later than they were acknowledged. */
  underWay = 0;

  constructor(world: World, onTaken: (message: OutgoingMessage) => void) {
    this.world = world;
    this.#onTaken = onTaken;
  }

  logsOf(topic: string): StoredMessage[][] {
    let logs = this.#topics.get(topic);
    if (logs === undefined) {
      logs = Array.from({ length: PARTITIONS }, () => []);
      this.#topics.set(topic, logs);
    }
    return logs;
  }

  groupOf(groupId: string, topics: readonly string[]): Group {
    let group = this.#groups.get(groupId);
    if (group === undefined) {
      group = new Group(this, topics);
      this.#groups.set(groupId, group);
    }
    return group;
  }

  groups(): Iterable<Group> {
    return this.#groups.values();
  }

  /** Stores a message, or does to it what the plan says. */
  take(message: OutgoingMessage): void {
    this.#onTaken(message);
    const fault = this.world.faults.at('message');
    const { scheduler } = this.world;
    const later = (ms: number) => {
      this.underWay += 1;
      scheduler.after(ms, null, () => {
        this.underWay -= 1;
        this.#store(message);
      });
    };
    if (fault !== undefined) this.world.note(`${fault.kind}: ${message.topic} ${message.headers.ce_type}`);
    switch (fault?.kind) {
      case undefined:
        this.#store(message);
        break;
      case 'message-lost':
        break;
      case 'message-doubled':
        this.#store(message);
        later(fault.afterMs);
        break;
      case 'message-delayed':
        later(fault.byMs);
        break;
      case 'message-reordered':
        this.#storeBehindNext(message);
        break;
      default:
        throw new Error(`no such fault: ${fault satisfies never}`);
    }
  }

  /** Loses every message and every committed offset; the topics are made anew. */
  wipe(): void {
    this.world.note('the broker is wiped');
    this.#topics.clear();
    for (const group of this.#groups.values()) group.forget();
  }

  goAway(forMs: number): void {
    this.world.note(`the broker is away for ${forMs} ms`);
    this.isAway = true;
    this.world.scheduler.after(forMs, null, () => {
      this.isAway = false;
      for (const group of this.#groups.values()) group.wakeAll();
    });
  }

  #logFor({ topic, key }: OutgoingMessage): StoredMessage[] {
    const logs = this.logsOf(topic);
    return logs[(Number.parseInt(key.slice(-4), 16) || 0) % logs.length] as StoredMessage[];
  }

  #store(message: OutgoingMessage): void {
    const log = this.#logFor(message);
    log.push({ sent: message, timestampMs: this.world.scheduler.now });
    if (this.world.isTracing)
      this.world.note(`stored ${message.topic} ${message.headers.ce_type} of ${message.key}`);
    for (const group of this.#groups.values()) group.wake(message.topic);
    const behind = this.#behind.get(log);
    this.#behind.delete(log);
    for (const release of behind ?? []) release();
  }

  #storeBehindNext(message: OutgoingMessage): void {
    const log = this.#logFor(message);
    this.underWay += 1;
    let isStored = false;
    const release = () => {
      if (isStored) return;
      isStored = true;
      this.underWay -= 1;
      this.#store(message);
    };
    this.#behind.set(log, [...(this.#behind.get(log) ?? []), release]);
    this.world.scheduler.after(500, null, release);
  }
}

/** The broker as one process sees it, in one life. */
export function brokerOf(broker: SimBroker, life: Life): Broker {
  const { world } = broker;
  const publish = (messages: readonly OutgoingMessage[]) => {
    const act = (): readonly PublishOutcome[] => {
      if (broker.isAway) throw new BrokerUnavailableError('the broker is away');
      const fault = world.faults.at('publish');
      if (fault !== undefined) world.note(fault.kind);
      if (fault?.kind === 'publish-refused') throw new BrokerUnavailableError('refused');
      for (const message of messages) broker.take(message);
      if (fault !== undefined) throw new BrokerUnavailableError('the acknowledgement was lost');
      return messages.map(() => ACKNOWLEDGED);
    };
    return world.ask(life, 'publishes', act, messages.length);
  };
  return {
    ensureTopics: async () => undefined,
    publish,
    consume: (subscription) => new SimConsumer(broker, life, subscription),
    health: () => ({ connected: !broker.isAway, reason: broker.isAway ? 'the broker is away' : null }),
    close: async () => undefined,
  };
}
