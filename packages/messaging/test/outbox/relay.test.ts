import { describe, expect, test } from 'vitest';
import { BrokerUnavailableError } from '../../src/broker.ts';
import { Relay } from '../../src/outbox/relay.ts';
import { messageSignatures } from '../../src/signatures/message-signatures.ts';
import { failure, gate, noteLanes } from '../lanes/notes.ts';
import { RecordingBroker, recordedLog, recordedObserver } from '../recorded.ts';
import { asRead } from '../signatures/as-read.ts';
import { VirtualRuntime } from '../virtual-runtime.ts';
import { idsOf, outboxRow, outboxRows } from './outbox-rows.ts';

function newRelay() {
  const runtime = new VirtualRuntime();
  const broker = new RecordingBroker();
  const observer = recordedObserver();
  const refused: { id: string; reason: string }[] = [];
  const options = {
    broker: broker.port,
    runtime,
    log: recordedLog(),
    observer,
    parkRefused: async ({ id }: { id: string }, reason: string) => void refused.push({ id, reason }),
  };
  return { runtime, broker, observer, refused, options, relay: new Relay(options) };
}

describe('The relay', () => {
  test('is given nothing before COMMIT, nor anything of a turn that did not commit (L2)', async () => {
    const { runtime, store, broker, push } = noteLanes({ lanes: 1 });
    const commit = gate();
    store.gate = () => commit.opened;
    let fails = true;
    store.fault = (moment) => {
      if (moment !== 'commit' || !fails) return;
      fails = false;
      throw failure('conflict', '23505');
    };
    push({ id: 'a', key: 'a' });
    await runtime.settle();
    expect(broker.calls).toBe(0);
    commit.open();
    await runtime.settle();
    expect(broker.calls).toBe(1);
    expect(broker.published).toHaveLength(1);
  });

  test('seed defect 71: rows are deleted only after the acknowledgement: with the next turn, or alone after 100 ms (O2)', async () => {
    const { runtime, store, broker, push } = noteLanes({ lanes: 1 });
    const answer = gate();
    broker.answer = async (messages) => {
      await answer.opened;
      return messages.map(() => ({ kind: 'acknowledged' }));
    };
    push({ id: 'a', key: 'a' });
    await runtime.advance(1_000);
    push({ id: 'b', key: 'b' });
    await runtime.advance(1_000);
    expect(store.deleted).toEqual([]);

    answer.open();
    await runtime.settle();
    push({ id: 'c', key: 'c' });
    await runtime.settle();
    expect(idsOf(store.deleted)).toEqual(['a', 'b']);
    await runtime.advance(100);
    expect(idsOf(store.deleted)).toEqual(['a', 'b', 'c']);
  });

  test('rows whose delete did not commit are given back, and deleted by a later turn', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1 });
    push({ id: 'a', key: 'a' });
    await runtime.settle();
    let fails = true;
    store.fault = (moment) => {
      if (moment !== 'commit' || !fails) return;
      fails = false;
      throw failure('conflict', '40P01');
    };
    await runtime.advance(200);
    expect(idsOf(store.deleted)).toEqual(['a']);
  });

  test('a delete that conflicts again and again is given up for now, not for good', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1 });
    push({ id: 'a', key: 'a' });
    await runtime.settle();
    let conflicts = 0;
    store.fault = (moment) => {
      if (moment !== 'commit' || conflicts === 10) return;
      conflicts += 1;
      throw failure('conflict', '40P01');
    };
    await runtime.advance(10_000);
    expect(idsOf(store.deleted)).toEqual(['a']);
  });

  test('a broker that rejects, or that answers too little, leaves the rows to the sweeper', async () => {
    const { relay, broker } = newRelay();
    broker.answer = () => Promise.reject(new BrokerUnavailableError('away'));
    expect(await relay.publish(outboxRows(2))).toBe(false);
    broker.answer = async () => [{ kind: 'acknowledged' }];
    expect(await relay.publish(outboxRows(2))).toBe(false);
    expect(idsOf(relay.takeAcknowledged())).toEqual(['id-0']);
    expect(relay.holds(outboxRow(0))).toBe(true);
    expect(relay.holds(outboxRow(1))).toBe(false);
  });

  test('what the broker refuses for its size is parked, and its row goes (O3)', async () => {
    const { relay, broker, refused } = newRelay();
    broker.answer = async () => [{ kind: 'acknowledged' }, { kind: 'too-large', reason: 'above 1 MiB' }];
    expect(await relay.publish(outboxRows(2))).toBe(true);
    expect(refused).toEqual([{ id: 'id-1', reason: 'above 1 MiB' }]);
    expect(idsOf(relay.takeAcknowledged())).toEqual(['id-0', 'id-1']);
  });

  test('signs what it publishes, under the key of today, and stores no signature (O7)', async () => {
    const { options, broker } = newRelay();
    const signatures = messageSignatures([{ id: 'today', secret: 'shared by all processes of a system' }]);
    const parked: object[] = [];
    const parkRefused = async (message: object) => void parked.push(message);
    const relay = new Relay({ ...options, signatures, parkRefused });
    broker.answer = async () => [{ kind: 'acknowledged' }, { kind: 'too-large', reason: 'above 1 MiB' }];
    const rows = outboxRows(2);
    await relay.publish(rows);
    const [sent] = broker.published;
    expect(sent && signatures?.verify(asRead(sent))).toBeNull();
    expect(parked).toEqual([rows[1]]);
    expect(rows.map(({ headers }) => headers)).toEqual([{}, {}]);
  });

  test('seed defect 65: one that cannot be parked yet keeps its row, and those around it lose nothing', async () => {
    const { options, broker } = newRelay();
    const relay = new Relay({ ...options, parkRefused: () => Promise.reject(new Error('database away')) });
    broker.answer = async () => [{ kind: 'too-large', reason: 'above 1 MiB' }, { kind: 'acknowledged' }];
    expect(await relay.publish(outboxRows(2))).toBe(false);
    expect(idsOf(relay.takeAcknowledged())).toEqual(['id-1']);
    expect(relay.holds(outboxRow(0))).toBe(false);
  });

  test('a broker that never answers cannot fill the memory: the outbox keeps what is above the bound', async () => {
    const { relay, broker } = newRelay();
    broker.answer = () => new Promise(() => undefined);
    for (let page = 0; page < 30; page += 1)
      void relay.publish(Array.from({ length: 500 }, (_, n) => outboxRow(page * 500 + n)));
    expect(relay.holds(outboxRow(9_999))).toBe(true);
    expect(relay.holds(outboxRow(10_000))).toBe(false);
  });

  test('settle ends with the last acknowledgement, or with its bound', async () => {
    const { relay, broker, runtime } = newRelay();
    const answer = gate();
    broker.answer = async (messages) => {
      await answer.opened;
      return messages.map(() => ({ kind: 'acknowledged' }));
    };
    void relay.publish(outboxRows(1));
    const bounded = relay.settle(1_000);
    await runtime.advance(1_000);
    await bounded;
    const whole = relay.settle(1_000);
    answer.open();
    await whole;
    expect(runtime.timers).toBe(0);
  });

  test('seed defect 64: a thousand messages are published as they are committed, without a poll', async () => {
    const { runtime, broker, push } = noteLanes({ lanes: 1, batchCap: 500 });
    for (let n = 0; n < 1_000; n += 1) push({ id: `n${n}`, key: `k${n}` });
    await runtime.settle();
    expect(broker.published).toHaveLength(1_000);
    expect(runtime.monotonicMs()).toBe(0);
  });

  test('messages leave in the order of their commits', async () => {
    const { runtime, broker, push } = noteLanes({ lanes: 1, batchCap: 2 });
    for (let n = 0; n < 7; n += 1) push({ id: `n${n}`, key: 'K' });
    await runtime.settle();
    expect(broker.published.map(({ key }) => key)).toEqual(Array(7).fill('K'));
    expect(broker.calls).toBe(4);
    expect((broker.published as { id?: string }[]).map(({ id }) => id)).toEqual(
      Array.from({ length: 7 }, (_, n) => `n${n}`),
    );
  });
});
