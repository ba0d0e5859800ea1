import type { Runtime } from '@order-saga/messaging';
import { expect, test } from 'vitest';
import { OrderWatch } from '../src/orders/order-watch.ts';

function watchOnAHandMovedClock() {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const watch = new OrderWatch({
    monotonicMs: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  } as Runtime);
  const ticks = async () => {
    for (let n = 0; n < 5; n += 1) await Promise.resolve();
  };
  return {
    watch,
    ticks,
    timers: () => timers.length,
    async pass(ms: number) {
      now += ms;
      for (const { run } of timers.filter((timer) => timer.at <= now)) run();
      await ticks();
    },
  };
}

test('a change of the order ends the wait at once, and leaves no timer behind', async () => {
  const { watch, ticks, timers } = watchOnAHandMovedClock();
  let status = 'created';
  const waiting = watch.until(
    'order',
    20_000,
    async () => status,
    (read) => read === 'approved',
  );
  await ticks();
  watch.changed('another order');
  status = 'approved';
  watch.changed('order');
  expect(await waiting).toBe('approved');
  expect(timers()).toBe(0);
});

test('a change in another process is found by looking again; the limit ends the wait with what there is', async () => {
  const { watch, pass, ticks, timers } = watchOnAHandMovedClock();
  let status = 'created';
  const first = watch.until(
    'order',
    20_000,
    async () => status,
    (read) => read === 'approved',
  );
  const second = watch.until(
    'order',
    700,
    async () => status,
    (read) => read === 'never',
  );
  await ticks();
  await pass(500);
  status = 'approved';
  await pass(200);
  expect(await second).toBe('approved');
  await pass(300);
  expect(await first).toBe('approved');
  expect(timers()).toBe(0);
});

test('one that has been told does not take the place of those who came after', async () => {
  const { watch, pass, ticks, timers } = watchOnAHandMovedClock();
  let answerSlowRead: (status: string) => void = () => undefined;
  const slow = watch.until(
    'order',
    20_000,
    () => new Promise<string>((resolve) => (answerSlowRead = resolve)),
    () => true,
  );
  await pass(500);
  let status = 'created';
  const waiting = watch.until(
    'order',
    20_000,
    async () => status,
    (read) => read === 'approved',
  );
  await ticks();
  answerSlowRead('created');
  await slow;
  status = 'approved';
  watch.changed('order');
  await ticks();
  expect(timers()).toBe(0);
  expect(await waiting).toBe('approved');
});

test('a drain ends every wait', async () => {
  const { watch, ticks } = watchOnAHandMovedClock();
  const waiting = watch.until(
    'order',
    20_000,
    async () => 'created',
    () => false,
  );
  await ticks();
  watch.stop();
  expect(await waiting).toBe('created');
});
