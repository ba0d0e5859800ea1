import type { Entry, Lanes, Runtime } from '@order-saga/messaging';
import { silentLog } from '@order-saga/service-kit';
import { expect, test } from 'vitest';
import { Admission } from '../src/admission/admission.ts';
import type { AdmissionCount } from '../src/admission/admission-store.ts';
import type { OrderAnswer, OrderMessage } from '../src/orchestrator/messages.ts';
import type { OrderState } from '../src/orchestrator/rows.ts';

/** Admission on a clock, a store and lanes that the test moves by hand. */
function admissionOf(bound: number) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const counts: ((count: AdmissionCount) => void)[] = [];
  const admits: Entry<OrderMessage, OrderAnswer>[] = [];
  let line: string[] = [];
  const runtime = {
    monotonicMs: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  } as Runtime;
  const lanes = { push: (entry: (typeof admits)[number]) => admits.push(entry) };
  const admission = new Admission({
    bound,
    perSecondWhenSilent: 10,
    store: {
      count: () => new Promise((resolve) => counts.push(resolve)),
      next: async (limit) => line.slice(0, limit),
    },
    lanes: lanes as unknown as Lanes<OrderMessage, OrderState, OrderAnswer>,
    runtime,
    log: silentLog,
  });
  const ticks = async () => {
    for (let n = 0; n < 5; n += 1) await Promise.resolve();
  };
  return {
    admission,
    admits,
    looks: () => counts.length,
    timers: () => timers.length,
    setLine: (sagaIds: string[]) => {
      line = sagaIds;
    },
    /** The oldest count under way is answered. */
    async counted(inFlight: number, hasWaiting = false) {
      counts.shift()?.({ inFlight, hasWaiting });
      await ticks();
    },
    async pass(ms: number) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const { run } of due) run();
      await ticks();
    },
  };
}

async function opened(bound: number) {
  const parts = admissionOf(bound);
  parts.admission.start();
  await parts.counted(0);
  return parts;
}

test('orders that are queued and not yet committed count against the bound, however long they take', async () => {
  const { admission, counted, pass } = await opened(2);
  const tickets = [admission.enter(), admission.enter(), admission.enter()];
  expect(tickets.map(({ admitted }) => admitted)).toEqual([true, true, false]);
  tickets[2]?.settle(false);
  for (let n = 0; n < 3; n += 1) {
    await pass(100);
    await counted(0);
    const late = admission.enter();
    expect(late.admitted).toBe(false);
    late.settle(false);
  }
});

test('one whose key was known, or that was refused, leaves its place to the next', async () => {
  const { admission } = await opened(1);
  admission.enter().settle(false);
  expect(admission.enter().admitted).toBe(true);
});

test('what was committed while the database counted is not forgotten', async () => {
  const { admission, counted, pass } = await opened(1);
  const ticket = admission.enter();
  await pass(100);
  ticket.settle(true);
  await counted(0);
  expect(admission.enter().admitted).toBe(false);
  await pass(100);
  await counted(0);
  await pass(100);
  await counted(0);
});

test('nobody overtakes an order that is on its way into the line', async () => {
  const { admission, counted, pass } = await opened(1);
  const first = admission.enter();
  const second = admission.enter();
  expect([first.admitted, second.admitted]).toEqual([true, false]);
  first.settle(false);
  expect(admission.enter().admitted).toBe(false);
  await pass(100);
  second.settle(true);
  await counted(0);
  expect(admission.enter().admitted).toBe(false);
});

test('it looks once at a time, busy or idle', async () => {
  const { admission, counted, pass, looks, timers } = await opened(5);
  await pass(1_000);
  admission.enter().settle(true);
  await counted(0);
  expect(timers()).toBe(1);
  for (let n = 0; n < 20; n += 1) {
    admission.enter().settle(n % 2 === 0);
    await pass(100);
    admission.enter().settle(true);
    expect(looks()).toBeLessThanOrEqual(1);
    await counted(0);
    expect(timers()).toBe(1);
  }
});

test('those in line are admitted into the room there is, once each', async () => {
  const { admission, admits, counted, pass, setLine } = await opened(3);
  setLine(['a', 'b', 'c', 'd']);
  admission.enter().settle(true);
  await pass(100);
  await counted(1, true);
  expect(admits.map(({ message }) => message)).toEqual([
    { kind: 'admit', sagaId: 'a' },
    { kind: 'admit', sagaId: 'b' },
  ]);
  await pass(100);
  await counted(1, true);
  expect(admits).toHaveLength(2);
  admits[0]?.committed({ kind: 'done' });
  setLine(['b', 'c', 'd']);
  await pass(100);
  await counted(1, true);
  expect(admits.map(({ message }) => 'sagaId' in message && message.sagaId)).toEqual(['a', 'b', 'c']);
});

test('while participants are silent everybody gets in line, and the line moves slowly (rule L9)', async () => {
  const { admission, admits, counted, pass, setLine } = await opened(1_000);
  admission.participantsAreSilent();
  expect(admission.enter().admitted).toBe(false);
  setLine(Array.from({ length: 100 }, (_, n) => `saga-${n}`));
  for (let n = 0; n < 10; n += 1) {
    await pass(100);
    await counted(0, true);
  }
  expect(admits.length).toBeGreaterThanOrEqual(9);
  expect(admits.length).toBeLessThanOrEqual(11);
  await pass(10_000);
  await counted(0, true);
  expect(admits).toHaveLength(100);
});
