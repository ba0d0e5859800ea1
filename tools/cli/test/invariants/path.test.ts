import { expect, test } from 'vitest';
import { judgePath } from '../../src/invariants/judge-path.ts';
import type { PathEntry, SagaPath } from '../../src/invariants/saga-paths.ts';
import { type Ending, entriesOf } from './endings.ts';

const path = (entries: readonly PathEntry[], change: Partial<SagaPath> = {}): SagaPath => {
  const last = entries.at(-1) as PathEntry;
  const orderStatus = last.orderStatus === 'pending' ? null : last.orderStatus;
  return {
    entries,
    sagaStatus: last.sagaStatus,
    sagaSeq: entries.length,
    orderStatus,
    count: 1,
    sagas: [],
    ...change,
  };
};
const line = (
  seq: number,
  kind: PathEntry['kind'],
  step: string | null,
  sagaStatus: PathEntry['sagaStatus'],
  orderStatus: PathEntry['orderStatus'],
  currentStep: string | null,
): PathEntry => ({ seq, kind, step, sagaStatus, orderStatus, currentStep });

const NOTHING = { log: [], undo: [], told: [] };
const paying = entriesOf('approved').slice(0, 2);
const reserving = entriesOf('approved').slice(0, 3);

test.each<Ending>(['approved', 'declined', 'out of stock'])(
  '%s: each beginning of it is a legal path',
  (ending) => {
    const entries = entriesOf(ending);
    for (let length = 1; length <= entries.length; length += 1)
      expect(judgePath(path(entries.slice(0, length)))).toEqual(NOTHING);
  },
);

test('a step that stayed silent is undone although it was never done, and before the others', () => {
  const entries = [
    ...paying,
    line(3, 'StepTimedOut', 'ProcessPayment', 'Compensating', 'created', 'ProcessPayment'),
    line(4, 'StepUndone', 'ProcessPayment', 'Compensating', 'created', 'CreateOrder'),
    line(5, 'StepUndone', 'CreateOrder', 'Compensated', 'cancelled', null),
  ];
  expect(judgePath(path(entries))).toEqual(NOTHING);
});

test('so is one that was under way when its order was cancelled', () => {
  const entries = [
    ...paying,
    line(3, 'CancelRequested', null, 'Compensating', 'created', 'ProcessPayment'),
    line(4, 'StepUndone', 'ProcessPayment', 'Compensating', 'created', 'CreateOrder'),
    line(5, 'StepUndone', 'CreateOrder', 'Compensated', 'cancelled', null),
  ];
  expect(judgePath(path(entries))).toEqual(NOTHING);
});

test('one that had not been sent yet is dropped instead', () => {
  const entries = [
    ...paying,
    line(3, 'CancelRequested', null, 'Compensating', 'created', 'CreateOrder'),
    line(4, 'StepUndone', 'CreateOrder', 'Compensated', 'cancelled', null),
  ];
  expect(judgePath(path(entries))).toEqual(NOTHING);
});

test('an undo out of order is reported', () => {
  const entries = [
    ...reserving,
    line(4, 'StepRejected', 'ReserveInventory', 'Compensating', 'created', 'CreateOrder'),
    line(5, 'StepUndone', 'CreateOrder', 'Compensating', 'created', 'ProcessPayment'),
    line(6, 'StepUndone', 'ProcessPayment', 'Compensated', 'cancelled', null),
  ];
  expect(judgePath(path(entries)).undo).toContain('undid CreateOrder out of order');
});

test('a saga that is over with something left to undo is reported', () => {
  const entries = [
    ...reserving,
    line(4, 'StepRejected', 'ReserveInventory', 'Compensating', 'created', 'CreateOrder'),
    line(5, 'StepUndone', 'ProcessPayment', 'Compensated', 'cancelled', null),
  ];
  expect(judgePath(path(entries)).undo).toEqual(['is compensated, and CreateOrder was not undone']);
});

test('a log without its saga, and a saga without its log, are reported', () => {
  expect(judgePath(path(paying, { sagaStatus: null })).log).toEqual(['has a transition log, and no row']);
  expect(judgePath({ ...path(paying), entries: [] }).log).toEqual(['has a row, and no transition log']);
});

test('the participant may be ahead of the log, never behind it', () => {
  const approving = entriesOf('approved').slice(0, 4);
  expect(judgePath(path(approving, { orderStatus: 'approved' }))).toEqual(NOTHING);
  const approved = entriesOf('approved').slice(0, 5);
  expect(judgePath(path(approved, { orderStatus: 'created' })).told).toEqual([
    'was told to be approved, and is created',
  ]);
});
