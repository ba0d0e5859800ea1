import { describe, expect, test } from 'vitest';
import { BrokerUnavailableError, type OutgoingMessage } from '../../src/broker.ts';
import { packBatches } from '../../src/kafka/batches.ts';
import { LinkHealth } from '../../src/kafka/link-health.ts';
import type { ProducerLink } from '../../src/kafka/producer-link.ts';
import { Publisher } from '../../src/kafka/publisher.ts';
import { message, numbered } from './harness.ts';
import { recordingLog } from './silent-log.ts';

type Sent = { readonly topic: string; readonly messages: OutgoingMessage[] }[];

function publisherOver(send: (sent: Sent) => Promise<void>, maxBatchBytes = 1_000_000) {
  const requests: string[][] = [];
  const link = {
    send: (sent: Sent) => {
      requests.push(
        sent.flatMap(({ topic, messages }) => messages.map(({ value }) => `${topic}:${value.slice(0, 9)}`)),
      );
      return send(sent);
    },
  } as unknown as ProducerLink;
  const created: number[] = [];
  const createTopics = async () => void created.push(requests.length);
  return { publisher: new Publisher({ link, maxBatchBytes, createTopics }), requests, created };
}

const brokerError = (type: string) => Object.assign(new Error(type), { type });

describe('Group publish', () => {
  test('what several callers hand over in one tick is one request', async () => {
    const { publisher, requests } = publisherOver(async () => {});
    await Promise.all([
      publisher.publish(numbered('a', 2)),
      publisher.publish(numbered('b', 1)),
      Promise.resolve().then(() => publisher.publish([message('a', 'k', 'third')])),
    ]);
    expect(requests).toEqual([['a:0', 'a:1', 'a:third', 'b:0']]);
  });

  test('what comes while a request is under way is the next request', async () => {
    const acks: (() => void)[] = [];
    const { publisher, requests } = publisherOver(() => new Promise((resolve) => acks.push(resolve)));
    const first = publisher.publish([message('a', 'k', '1')]);
    while (acks.length === 0) await new Promise(setImmediate);
    const others = ['2', '3'].map((value) => publisher.publish([message('a', 'k', value)]));
    acks.shift()?.();
    await first;
    while (acks.length === 0) await new Promise(setImmediate);
    acks.shift()?.();
    await Promise.all(others);
    expect(requests).toEqual([['a:1'], ['a:2', 'a:3']]);
  });

  test('a message refused for its size is found by halving, and only its outcome says so (O3)', async () => {
    const { publisher, requests } = publisherOver(async (sent) => {
      if (sent.some(({ messages }) => messages.some(({ value }) => value === 'bad')))
        throw brokerError('MESSAGE_TOO_LARGE');
    });
    const call = (...values: string[]) => publisher.publish(values.map((value) => message('a', 'k', value)));
    const [harmless, mixed] = await Promise.all([call('1', '2'), call('3', 'bad', '4')]);
    expect(harmless?.map(({ kind }) => kind)).toEqual(['acknowledged', 'acknowledged']);
    expect(mixed?.map(({ kind }) => kind)).toEqual(['acknowledged', 'too-large', 'acknowledged']);
    expect(requests.length).toBeLessThanOrEqual(7);
  });

  test('a failure rejects the calls it concerns and no others', async () => {
    const { publisher } = publisherOver(async (sent) => {
      if (sent.some(({ messages }) => messages.length === 1)) throw new Error('connection lost');
    }, 250);
    const big = message('a', 'k', 'x'.repeat(150));
    const [pair, alone] = await Promise.allSettled([
      publisher.publish(numbered('a', 2)),
      publisher.publish([big]),
    ]);
    expect(pair.status).toBe('fulfilled');
    expect(alone.status === 'rejected' && alone.reason).toBeInstanceOf(BrokerUnavailableError);
    expect(alone.status === 'rejected' && alone.reason.code).toBe('BROKER_UNAVAILABLE');
  });

  test('an unknown topic is created and the messages are sent once more (O5)', async () => {
    let isThere = false;
    const { publisher, requests, created } = publisherOver(async () => {
      if (!isThere) {
        isThere = true;
        throw brokerError('UNKNOWN_TOPIC_OR_PARTITION');
      }
    });
    expect(await publisher.publish(numbered('a', 1))).toEqual([{ kind: 'acknowledged' }]);
    expect(requests).toHaveLength(2);
    expect(created).toEqual([1]);
  });

  test('a closed publisher refuses instead of waiting', async () => {
    const { publisher } = publisherOver(async () => {});
    publisher.close();
    await expect(publisher.publish(numbered('a', 1))).rejects.toBeInstanceOf(BrokerUnavailableError);
  });
});

describe('Batches', () => {
  const cut = (messages: OutgoingMessage[], maxBytes: number) =>
    packBatches(
      messages.map((each, index) => ({ call: null, index, message: each })),
      maxBytes,
    ).map((batch) => batch.map(({ index }) => index));
  const sized = (topic: string, size: number) => message(topic, '', 'x'.repeat(size - 40));

  test('no topic has more than its bytes in one batch, and order is kept', () => {
    expect(
      cut([sized('a', 60), sized('a', 40), sized('a', 50), sized('b', 90), sized('a', 60)], 100),
    ).toEqual([[0, 1], [2, 3], [4]]);
  });

  test('a message above the limit travels alone', () => {
    expect(cut([sized('a', 50), sized('a', 500), sized('a', 50), sized('b', 50)], 100)).toEqual([
      [0],
      [1],
      [2, 3],
    ]);
  });
});

test('an outage of many links is logged as one warning and one line when it is over (health)', () => {
  const { log, lines } = recordingLog();
  const health = new LinkHealth(log);
  health.connecting('producer');
  health.connecting('consumer a');
  expect(health.state().connected).toBe(false);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    health.down('producer', 'refused');
    health.down('consumer a', 'refused');
  }
  health.up('producer');
  expect(health.state()).toEqual({ connected: false, reason: 'consumer a: refused' });
  health.up('consumer a');
  expect(health.state()).toEqual({ connected: true, reason: null });
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info']);
});
