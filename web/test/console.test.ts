import type { SagaCase, SagaCommandView } from '@order-saga/contracts';
import { describe, expect, test } from 'vitest';
import { niceMax, pathOf } from '../src/console/live/scale.ts';
import { whyItWaits } from '../src/console/saga/why-it-waits.ts';
import { filtersOf, paramsOf, statusesOf, toggled } from '../src/console/sagas/saga-filters.ts';
import { newerThan } from '../src/console/sagas/use-saga-rows.ts';
import { segmentsSummary, whereTimeWent } from './waterfall-in-words.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const at = (ms: number): string => new Date(NOON + ms).toISOString();

const command = (change: Partial<SagaCommandView> = {}): SagaCommandView => ({
  id: 'c',
  type: 'ProcessPayment',
  idempotencyKey: 'the key',
  replyId: 'r',
  step: 'ProcessPayment',
  direction: 'forward',
  participant: 'payment',
  placement: 'kafka',
  recordedAt: at(0),
  sentAt: at(0),
  attempts: 1,
  endedAt: at(100),
  outcome: 'succeeded',
  error: null,
  delivery: null,
  ...change,
});
const delivery = (...ms: [number, number, number, number, number]): SagaCommandView['delivery'] => ({
  commandPublishedAt: at(ms[0]),
  commandReceivedAt: at(ms[1]),
  handledAt: at(ms[2]),
  replyPublishedAt: at(ms[3]),
  replyReceivedAt: at(ms[4]),
});

describe('the waterfall', () => {
  test('shows how long a command and its reply were in outbox, broker and handler', () => {
    expect(whereTimeWent(command({ delivery: delivery(5, 10, 70, 80, 90) }), NOON)).toEqual([
      'outbox 5',
      'broker 5',
      'handler 60',
      'outbox 10',
      'broker 10',
      'turn 10',
    ]);
  });

  test('draws no time below zero where the clocks of two machines disagree', () => {
    const skewed = command({ delivery: delivery(-20, 40, 30, 200, 90) });
    expect(whereTimeWent(skewed, NOON)).toEqual(['broker 40', 'outbox 60']);
  });

  test('tells waiting in line, and silence before the send that was answered, apart from the way', () => {
    const late = command({ sentAt: at(10), attempts: 3, delivery: delivery(60, 65, 80, 85, 90) });
    expect(whereTimeWent(late, NOON).slice(0, 3)).toEqual(['line 10', 'silence 50', 'broker 5']);
  });

  test('grows while nobody answers, and says so where nobody noted the parts', () => {
    const silent = command({ endedAt: null, outcome: 'outstanding' });
    expect(whereTimeWent(silent, NOON + 5_000)).toEqual(['silence 5000']);
    expect(whereTimeWent(command(), NOON)).toEqual(['unknown 100']);
    expect(whereTimeWent(command({ placement: 'local', endedAt: at(2) }), NOON)).toEqual(['turn 2']);
  });

  test('sums what a command spent in each part, longest first', () => {
    expect(segmentsSummary(command({ delivery: delivery(5, 10, 70, 80, 90) }), NOON)).toEqual([
      ['handler', 60],
      ['outbox', 15],
      ['broker', 15],
      ['turn', 10],
    ]);
  });
});

describe('why a saga waits', () => {
  const waitingFor = (change: Partial<SagaCommandView>, found: Partial<SagaCase> = {}) =>
    whyItWaits({
      commands: [command({ endedAt: null, outcome: 'outstanding', ...change })],
      saga: {
        attention: null,
        nextAttemptAt: at(30_000),
        deadlineAt: at(900_000),
        steps: [
          { name: 'ProcessPayment', kind: 'compensatable' },
          { name: 'ConfirmInventory', kind: 'retriable' },
        ],
      },
      memories: { 'the key': null },
      missing: [],
      waitingBehind: null,
      isUnpublished: false,
      ...found,
    } as unknown as SagaCase);
  const facts = (...asked: Parameters<typeof waitingFor>) => waitingFor(...asked)?.facts.join(' ');

  test('is nothing to tell of one that has ended', () => {
    expect(waitingFor({ endedAt: at(1), outcome: 'succeeded' })).toBeNull();
  });

  test('names what is missing, since when, the next try and what the deadline means', () => {
    expect(waitingFor({ attempts: 4 })).toMatchObject({
      title: 'Payment has not answered ProcessPayment',
      since: at(0),
      nextAttemptAt: at(30_000),
      deadlineAt: at(900_000),
      afterDeadline: expect.stringContaining('the step is undone'),
    });
    expect(facts({ attempts: 4 })).toContain('It was sent 4 times');
    const forever = waitingFor({
      step: 'ConfirmInventory',
      type: 'ConfirmInventory',
      participant: 'inventory',
    });
    expect(forever?.afterDeadline).toContain('sent until it is answered');
  });

  test('says where the command is: in line, in the outbox, not taken, taken, or answered', () => {
    expect(facts({ outcome: 'waiting', sentAt: null }, { waitingBehind: 2 })).toContain(
      '2 sagas are in line',
    );
    expect(facts({}, { isUnpublished: true })).toContain('still in the outbox');
    expect(facts({})).toContain('Payment has not taken the command yet');
    const memory = (outcome: 'pending' | 'succeeded') => ({
      'the key': {
        idempotencyKey: 'the key',
        commandId: 'c',
        commandType: 'ProcessPayment',
        outcome,
        reply: null,
        processedAt: at(0),
      },
    });
    expect(facts({}, { memories: memory('pending') })).toContain('has no outcome yet');
    expect(facts({}, { memories: memory('succeeded') })).toContain('the answer has not arrived');
  });

  test('does not claim to know what a service that is away would say', () => {
    const missing = [{ service: 'payment' as const, reason: 'it is away' }];
    expect(facts({}, { missing, memories: {} })).toContain('cannot be asked');
  });
});

describe('the list of sagas', () => {
  test('stands in the address as it is shown, so that a link shows the same', () => {
    const filters = {
      groups: ['undoing', 'undone'],
      attentionOnly: true,
      customerId: '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d0d',
    } as const;
    expect(filtersOf(paramsOf(filters))).toEqual(filters);
    expect(String(paramsOf({ groups: [], attentionOnly: false, customerId: null }))).toBe('');
  });

  test('passes over what an address says and nobody knows', () => {
    const params = new URLSearchParams('show=nothing,undone&attention=maybe&customer=me');
    expect(filtersOf(params)).toEqual({ groups: ['undone'], attentionOnly: false, customerId: null });
  });

  test('a group is chosen and put back; under way is two statuses', () => {
    const none = filtersOf(new URLSearchParams());
    const one = toggled(none, 'under-way');
    expect(statusesOf(one)).toEqual(['Started', 'InProgress']);
    expect(toggled(one, 'under-way')).toEqual(none);
    expect(statusesOf(none)).toBeUndefined();
  });

  test('counts what came above the first row, and nothing else', () => {
    expect(newerThan('5', ['7', '6', '5', '4'])).toBe(2);
    expect(newerThan('5', ['5', '4'])).toBe(0);
    expect(newerThan(undefined, ['1'])).toBe(1);
  });
});

describe('charts', () => {
  test.each([
    [0, 1],
    [0.4, 1],
    [1.2, 2],
    [37, 50],
    [51, 100],
    [120, 200],
  ])('%d is drawn below %d', (value, max) => expect(niceMax(value)).toBe(max));

  test('have a gap where nobody knows', () => {
    const points = [
      { at: 0, value: 0 },
      { at: 1, value: 10 },
      { at: 2, value: null },
      { at: 4, value: 5 },
    ];
    expect(pathOf(points, 0, 4, 10, { width: 4, height: 10 })).toBe('M0.0 10.0h0L1.0 0.0M4.0 5.0h0');
  });
});
