import { expect, test } from 'vitest';
import { checkTold, type FinalState, type Observation } from '../../src/index.ts';

const order = '550e8400-e29b-41d4-a716-446655440000';
const ends = (orderStatus: FinalState['orderStatus'], version: number) =>
  new Map([[order, { orderStatus, version }]]);
const told = (
  listener: string,
  kind: Observation['kind'],
  ...seen: readonly (readonly [number, Observation['orderStatus']])[]
): Observation[] =>
  seen.map(([version, orderStatus]) => ({ listener, kind, orderId: order, version, orderStatus }));

const rules = (observations: readonly Observation[], finals: ReadonlyMap<string, FinalState>) =>
  checkTold(observations, finals).map(({ rule }) => rule);

test('a stream that begins in the middle and goes on without a gap stayed true', () => {
  const stream = told('phone', 'stream', [3, 'created'], [4, 'created'], [5, 'approved'], [6, 'approved']);
  expect(rules(stream, ends('approved', 6))).toEqual([]);
});

test('who asks again and again may miss versions, and may be told one twice', () => {
  const answers = told('laptop', 'answer', [1, 'pending'], [4, 'created'], [4, 'created'], [6, 'approved']);
  expect(rules(answers, ends('approved', 6))).toEqual([]);
});

test('two listeners are told of the same order independently', () => {
  const both = [...told('phone', 'stream', [5, 'approved']), ...told('tablet', 'stream', [1, 'pending'])];
  expect(rules(both, ends('approved', 6))).toEqual([]);
});

test.each<[string, readonly Observation[], FinalState['orderStatus'], readonly string[]]>([
  ['approved is taken back', told('phone', 'stream', [5, 'approved']), 'cancelled', ['not-for-ever']],
  ['cancelled is taken back', told('phone', 'answer', [5, 'cancelled']), 'approved', ['not-for-ever']],
  [
    'a later answer takes approved back',
    told('phone', 'answer', [5, 'approved'], [6, 'cancelled']),
    'approved',
    ['not-for-ever', 'not-for-ever'],
  ],
  [
    'a stream leaves out a version',
    told('phone', 'stream', [1, 'pending'], [3, 'created']),
    'approved',
    ['gap'],
  ],
  [
    'a stream tells a version twice',
    told('phone', 'stream', [2, 'created'], [2, 'created']),
    'approved',
    ['version-not-growing'],
  ],
  [
    'an answer goes back in time',
    told('phone', 'answer', [4, 'created'], [2, 'created']),
    'approved',
    ['version-not-growing'],
  ],
  ['a version is told that never was', told('phone', 'stream', [9, 'created']), 'approved', ['taken-back']],
  [
    'two listeners are told different stories',
    [...told('phone', 'stream', [2, 'created']), ...told('tablet', 'stream', [2, 'pending'])],
    'approved',
    ['two-stories'],
  ],
])('%s: reported', (_what, observations, end, expected) => {
  expect(rules(observations, ends(end, 6))).toEqual(expected);
});

test('an order that is gone is reported once, and by its id', () => {
  const stream = told('phone', 'stream', [1, 'pending'], [2, 'created']);
  expect(checkTold(stream, new Map())).toMatchObject([{ rule: 'lost', orderId: order }]);
});
