import { describe, expect, test } from 'vitest';
import { BrokerUnavailableError } from '../../src/broker.ts';
import type { OutboxMessage } from '../../src/outbox/outbox-message.ts';
import { Relay } from '../../src/outbox/relay.ts';
import { Sweeper } from '../../src/outbox/sweeper.ts';
import { RecordingBroker, recordedLog, recordedObserver } from '../recorded.ts';
import { VirtualRuntime } from '../virtual-runtime.ts';
import { idsOf, outboxRow, outboxRows } from './outbox-rows.ts';

/** An outbox in memory: a claim takes rows for ten seconds, as in the database. */
function sweeping(stored: OutboxMessage[]) {
  const runtime = new VirtualRuntime();
  const broker = new RecordingBroker();
  const log = recordedLog();
  const observer = recordedObserver();
  const relay = new Relay({
    broker: broker.port,
    runtime,
    log,
    observer,
    parkRefused: async () => undefined,
  });
  const claimedUntil = new Map<string, number>();
  const ages: number[] = [];
  const store = { isAway: false };
  const sweeper = new Sweeper({
    claims: {
      async claim({ olderThanMs, limit }) {
        if (store.isAway) throw new Error('database away');
        ages.push(olderThanMs);
        const now = runtime.monotonicMs();
        const rows = stored.filter(({ id }) => (claimedUntil.get(id) ?? 0) <= now).slice(0, limit);
        for (const { id } of rows) claimedUntil.set(id, now + 10_000);
        return rows;
      },
    },
    relay,
    broker: broker.port,
    runtime,
    log,
    observer,
  });
  /** What a lane's next turn does. */
  const deleteAcknowledged = () => {
    const refs = relay.takeAcknowledged();
    for (const { id } of refs)
      stored.splice(
        stored.findIndex((row) => row.id === id),
        1,
      );
    relay.deleted(refs);
  };
  return { runtime, broker, log, observer, relay, sweeper, ages, stored, store, deleteAcknowledged };
}

const publishedIds = (broker: RecordingBroker) => idsOf(broker.published as OutboxMessage[]);

describe('The sweeper (O2)', () => {
  test('publishes at start, at once and without an age limit, whatever lies in the outbox, page by page', async () => {
    const { runtime, sweeper, broker, ages } = sweeping(outboxRows(1_200));
    sweeper.start();
    await runtime.settle();
    expect(ages).toEqual([0, 0, 0]);
    expect(publishedIds(broker)).toEqual(idsOf(outboxRows(1_200)));
  });

  test('afterwards it leaves a second to whoever committed the row', async () => {
    const { runtime, sweeper, ages } = sweeping([]);
    sweeper.start();
    await runtime.advance(2_000);
    expect(ages).toEqual([0, 1_000, 1_000]);
  });

  test('a commit of unknown outcome makes it look without an age limit again (O1)', async () => {
    const { runtime, sweeper, relay, ages } = sweeping([]);
    sweeper.start();
    await runtime.settle();
    relay.expectStrays();
    await runtime.advance(2_000);
    expect(ages).toEqual([0, 0, 1_000]);
  });

  test('skips what this process has on its way, and what is acknowledged and not yet deleted', async () => {
    const { runtime, sweeper, relay, broker } = sweeping(outboxRows(3));
    await relay.publish([outboxRow(0)]);
    broker.answer = () => new Promise(() => undefined);
    void relay.publish([outboxRow(1)]);
    broker.answer = async (messages) => messages.map(() => ({ kind: 'acknowledged' }));
    sweeper.start();
    await runtime.settle();
    expect(publishedIds(broker)).toEqual(['id-0', 'id-2']);
  });

  test('while the broker is away it claims next to nothing, and publishes all when it is back', async () => {
    const { runtime, sweeper, broker, stored, ages, deleteAcknowledged } = sweeping(outboxRows(600));
    broker.state = { connected: false, reason: 'refused' };
    broker.answer = () => Promise.reject(new BrokerUnavailableError('refused'));
    sweeper.start();
    await runtime.advance(60_000);
    expect(ages.length).toBeLessThanOrEqual(7);
    expect(broker.published).toEqual([]);

    broker.state = { connected: true, reason: null };
    broker.answer = async (messages) => messages.map(() => ({ kind: 'acknowledged' }));
    await runtime.advance(12_000);
    expect(new Set(publishedIds(broker)).size).toBe(600);
    deleteAcknowledged();
    expect(stored).toEqual([]);
  });

  test('an outage that the lanes have met already costs no claim, so that nothing is held back at its end', async () => {
    const { runtime, sweeper, relay, broker, ages } = sweeping(outboxRows(1));
    broker.state = { connected: false, reason: 'refused' };
    broker.answer = () => Promise.reject(new BrokerUnavailableError('refused'));
    await relay.publish([outboxRow(0)]);
    sweeper.start();
    await runtime.advance(5_000);
    expect(ages).toEqual([]);
    broker.state = { connected: true, reason: null };
    broker.answer = async (messages) => messages.map(() => ({ kind: 'acknowledged' }));
    await runtime.advance(1_000);
    expect(publishedIds(broker)).toEqual(['id-0']);
  });

  test('a consumer that is away does not stop the sweeping (O8)', async () => {
    const { runtime, sweeper, broker } = sweeping(outboxRows(600));
    broker.state = { connected: false, reason: 'consumer: rejoining' };
    sweeper.start();
    await runtime.settle();
    expect(broker.published).toHaveLength(600);
  });

  test('a broker that answers nothing ends the pass, not the sweeping', async () => {
    const { runtime, sweeper, broker } = sweeping(outboxRows(1));
    broker.answer = () => new Promise(() => undefined);
    sweeper.start();
    await runtime.advance(30_000);
    expect(broker.calls).toBe(1);
    await sweeper.stop();
    await runtime.advance(30_000);
    expect(runtime.timers).toBe(0);
  });

  test('a store that is away is asked again, and what it may hold is still looked for', async () => {
    const { runtime, sweeper, store, ages, log } = sweeping([]);
    store.isAway = true;
    sweeper.start();
    await runtime.advance(5_000);
    store.isAway = false;
    await runtime.advance(1_000);
    expect(ages).toEqual([0]);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});
