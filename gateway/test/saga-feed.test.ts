import type { SagaTransition } from '@order-saga/contracts';
import { expect, test } from 'vitest';
import { Course } from '../src/saga-feed/course.ts';
import { SagaFeed } from '../src/saga-feed/feed.ts';
import type { SagaHistory } from '../src/saga-feed/history.ts';
import { recheckSagas } from '../src/saga-feed/recheck.ts';

const transition = (seq: number, more: Partial<SagaTransition> = {}): SagaTransition => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'StepCompleted',
  step: 'ProcessPayment',
  sagaStatus: 'InProgress',
  orderStatus: 'created',
  currentStep: 'ReserveInventory',
  failure: null,
  ...more,
});

/** A history of `length` transitions per order, that counts how often it is read. */
function historyOf(length: number) {
  const reads = { identify: 0, after: 0, versions: [] as number[] };
  const history: SagaHistory = {
    async identify(orderId) {
      reads.identify += 1;
      return { orderId, customerId: 'someone', sagaId: `saga of ${orderId}` };
    },
    async after(_sagaId, seq) {
      reads.after += 1;
      return Array.from({ length }, (_, index) => transition(index + 1)).filter((one) => one.seq > seq);
    },
    async versions(ids) {
      reads.versions.push(ids.length);
      return ids.map(() => length);
    },
  };
  return { history, reads };
}

const feedOn = (history: SagaHistory, maxBehind = 100) =>
  new SagaFeed({ history, maxBehind, onFetchFailed: (error) => expect.unreachable(String(error)) });

const everyone = { afterVersion: undefined, mayWatch: () => undefined };

test('a course knows each transition once and in order, however they come', () => {
  const course = new Course('order', 'saga');
  expect(course.accept([transition(2), transition(4)])).toBe(false);
  expect(course.hasGap).toBe(true);
  expect(course.accept([transition(1), transition(1)])).toBe(true);
  expect([course.version, course.hasGap]).toEqual([2, true]);
  course.accept([transition(3), transition(2)]);
  expect([course.version, course.hasGap, course.hasEnded]).toEqual([4, false, false]);
  course.accept([transition(5, { sagaStatus: 'Compensated' })]);
  expect(course.hasEnded).toBe(true);
  expect(course.at(5)).toMatchObject({ orderId: 'order', sagaId: 'saga', seq: 5 });
});

test('watchers that come at the same moment share one reading', async () => {
  const { history, reads } = historyOf(3);
  const feed = feedOn(history);
  const streams = await Promise.all(
    Array.from({ length: 50 }, () => feed.watch({ orderId: 'a', ...everyone })),
  );
  for (const stream of streams) expect((await stream.next()).value).toMatchObject({ seq: 3 });
  expect(reads).toMatchObject({ identify: 1, after: 1 });
  for (const stream of streams) await stream.return?.();
  expect(feed.size).toBe(0);
});

test('what is told while the snapshot is read is not missed, whatever the snapshot still lacks', async () => {
  const { history } = historyOf(1);
  const feed = feedOn({
    ...history,
    async identify(orderId) {
      feed.hint(orderId, [transition(2)]);
      return history.identify(orderId);
    },
    async after(sagaId, seq) {
      const answer = await history.after(sagaId, seq);
      feed.hint('a', [transition(3), transition(2)]);
      return answer;
    },
  });
  const stream = await feed.watch({ orderId: 'a', afterVersion: 0, mayWatch: () => undefined });
  for (const seq of [1, 2, 3]) expect((await stream.next()).value).toMatchObject({ seq });
});

test('a watcher that never reads holds nothing but its place, and is closed when it is too far behind', async () => {
  const { history } = historyOf(3);
  const feed = feedOn(history, 5);
  const lazy = await feed.watch({ orderId: 'a', afterVersion: 0, mayWatch: () => undefined });
  const keen = await feed.watch({ orderId: 'a', ...everyone });
  for (let seq = 4; seq <= 8; seq += 1) feed.hint('a', [transition(seq)]);
  expect((await lazy.next()).value).toMatchObject({ seq: 1 });
  feed.hint('a', [transition(9)]);
  await expect(lazy.next()).rejects.toMatchObject({
    extensions: { code: 'SUBSCRIBER_TOO_SLOW', lastVersion: 1 },
  });
  expect((await lazy.next()).done).toBe(true);
  await expect(keen.next()).rejects.toMatchObject({ extensions: { lastVersion: 2 } });
});

test('a stream that is returned while it waits ends, and waits for nothing', async () => {
  const feed = feedOn(historyOf(1).history);
  const stream = await feed.watch({ orderId: 'a', ...everyone });
  await stream.next();
  const waiting = stream.next();
  await stream.return?.();
  expect((await waiting).done).toBe(true);
});

test('a re-check asks for a hundred orders at a time, and only for those that stood still', async () => {
  const { history, reads } = historyOf(1);
  const feed = feedOn(history);
  const orders = Array.from({ length: 250 }, (_, index) => `order ${index}`);
  await Promise.all(orders.map((orderId) => feed.watch({ orderId, ...everyone })));
  await recheckSagas(feed, history);
  expect(reads.versions).toEqual([]);
  feed.hint('order 7', [transition(2)]);
  await recheckSagas(feed, history);
  expect(reads.versions).toEqual([100, 100, 49]);
  expect(reads.after).toBe(250);
});

test('who may not see an order is refused, and leaves nothing behind', async () => {
  const feed = feedOn(historyOf(1).history);
  const mayWatch = () => {
    throw new Error('not yours');
  };
  await expect(feed.watch({ orderId: 'a', afterVersion: 0, mayWatch })).rejects.toThrow('not yours');
  expect(feed.size).toBe(0);
});
