import { expect, test } from 'vitest';
import { type Card, dealRounds } from '../src/schedule/deck.ts';
import { Random } from '../src/schedule/random.ts';

const CARDS: readonly Card[] = [
  { name: 'kill a', target: 'a' },
  { name: 'stop a', target: 'a' },
  { name: 'kill b', target: 'b', perDeck: 2 },
  { name: 'cut', target: 'network' },
];

function deal(seed: number, rounds: number, pairShare = 0.5) {
  const dealing = dealRounds(CARDS, new Random(seed), { longestPauseMs: 500, pairShare });
  return Array.from({ length: rounds }, () => dealing.next().value);
}

const plan = (seed: number) =>
  deal(seed, 50).map(({ pauseMs, faults }) => [
    pauseMs,
    ...faults.map(({ fault, afterMs, random }) => [fault.name, afterMs, random.next()]),
  ]);

test('one seed deals one schedule, and another seed another', () => {
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('every fault comes once, or as often as it lies in a deck, before any comes again', () => {
  const dealt = deal(3, 200).flatMap(({ faults }) => faults.map(({ fault }) => fault.name));
  for (let from = 0; from + 5 <= dealt.length; from += 5) {
    expect(dealt.slice(from, from + 5).toSorted()).toEqual(['cut', 'kill a', 'kill b', 'kill b', 'stop a']);
  }
});

test('two faults come together now and then, and never two of one target', () => {
  const pairs = deal(5, 200).filter(({ faults }) => faults.length === 2);
  expect(pairs.length).toBeGreaterThan(20);
  for (const { faults } of pairs) expect(faults[0]?.fault.target).not.toBe(faults[1]?.fault.target);
});

test('with no share of pairs each comes alone', () => {
  expect(deal(5, 50, 0).every(({ faults }) => faults.length === 1)).toBe(true);
});
