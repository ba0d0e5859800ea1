import type { OrderUpdate } from '@order-saga/client';
import { expect, test } from 'vitest';
import { type Journey, journeyOf } from '../src/shop/orders/journey.ts';

type Change = Partial<OrderUpdate> & Pick<OrderUpdate, 'kind'>;

const STEPS = ['CreateOrder', 'ProcessPayment', 'ReserveInventory', 'ApproveOrder', 'ConfirmInventory'];

/** What a follower has seen after these changes, 100 ms apart. */
function after(...changes: readonly Change[]): Journey {
  let last: OrderUpdate = {
    orderId: 'o',
    sagaId: 's',
    version: 0,
    at: '2026-01-01T00:00:00.000Z',
    kind: 'SAGA_STARTED',
    step: null,
    currentStep: 'CreateOrder',
    orderStatus: 'PENDING',
    sagaStatus: 'STARTED',
    failure: null,
  };
  const updates = changes.map((change, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 100).toISOString();
    last = { ...last, step: null, ...change, version: index + 1, at };
    return last;
  });
  return journeyOf(updates, { total: '$14.99', pieces: '1 piece' });
}

const started: Change = { kind: 'SAGA_STARTED' };
const done = (step: number, more: Partial<OrderUpdate> = {}): Change => ({
  kind: 'STEP_COMPLETED',
  step: STEPS[step] ?? null,
  currentStep: STEPS[step + 1] ?? null,
  sagaStatus: 'IN_PROGRESS',
  orderStatus: 'CREATED',
  ...more,
});
const undone = (step: number, more: Partial<OrderUpdate> = {}): Change => ({
  kind: 'STEP_UNDONE',
  step: STEPS[step] ?? null,
  currentStep: STEPS[step - 1] ?? null,
  sagaStatus: 'COMPENSATING',
  ...more,
});
const noStock: Change = {
  kind: 'STEP_REJECTED',
  step: 'ReserveInventory',
  currentStep: 'ProcessPayment',
  sagaStatus: 'COMPENSATING',
  failure: { code: 'INSUFFICIENT_INVENTORY', message: 'only 1 is there' },
};

const states = (journey: Journey): string[] => journey.steps.map(({ state }) => state);

test('an order under way shows what is done, what is under way and what is ahead', () => {
  const journey = after(started, done(0), done(1));
  expect(states(journey)).toEqual(['done', 'done', 'now', 'ahead', 'ahead']);
  expect(journey).toMatchObject({
    standing: 'under way',
    isOver: false,
    latest: '$14.99 charged',
    version: 3,
  });
  expect(journey.steps[1]?.lines).toEqual([{ tone: 'done', text: '$14.99 charged', afterMs: 200 }]);
});

test('an order that is approved is so before its stock is handed over', () => {
  const journey = after(started, done(0), done(1), done(2), done(3, { orderStatus: 'APPROVED' }));
  expect(states(journey)).toEqual(['done', 'done', 'done', 'done', 'now']);
  expect(journey).toMatchObject({ standing: 'approved', isOver: false });
});

test('what is being undone is told apart from what failed, and from what was never reached', () => {
  const journey = after(started, done(0), done(1), noStock);
  expect(states(journey)).toEqual(['done', 'undoing', 'failed', 'skipped', 'skipped']);
  expect(journey.standing).toBe('undoing');
});

test('an undone step tells both what was done and that it was made good', () => {
  const end = { sagaStatus: 'COMPENSATED', orderStatus: 'CANCELLED' } as const;
  const journey = after(started, done(0), done(1), noStock, undone(1), undone(0, end));
  expect(states(journey)).toEqual(['undone', 'undone', 'failed', 'skipped', 'skipped']);
  expect(journey).toMatchObject({ standing: 'cancelled', isOver: true });
  expect(journey.steps[1]?.lines.map(({ tone, text }) => [tone, text])).toEqual([
    ['done', '$14.99 charged'],
    ['undone', '$14.99 given back'],
  ]);
});

test('a cancellation is told at the step that was under way, which is then undone', () => {
  const cancel: Change = {
    kind: 'CANCEL_REQUESTED',
    currentStep: 'ProcessPayment',
    sagaStatus: 'COMPENSATING',
    failure: { code: 'CANCELLED', message: 'changed my mind' },
  };
  const journey = after(started, done(0), cancel);
  expect(states(journey)).toEqual(['done', 'undoing', 'skipped', 'skipped', 'skipped']);
  expect(journey.steps[1]?.lines.map(({ text }) => text)).toEqual(['cancelled by request']);
});

test('before anything is known everything is ahead', () => {
  expect(states(after())).toEqual(['ahead', 'ahead', 'ahead', 'ahead', 'ahead']);
});
