import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { openLoop } from '../src/open-loop.ts';

test('an open loop makes up for the time in which it could not call, each call with the moment it was due', async () => {
  const dueAt: number[] = [];
  const loop = openLoop(1_000, (at) => dueAt.push(at));
  // Nothing else runs meanwhile, as in a long pause of the process.
  const until = performance.now() + 100;
  while (performance.now() < until);
  await eventually(() => dueAt.length >= 120);
  loop.stop();

  const gaps = dueAt.slice(1).map((at, index) => at - (dueAt[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeCloseTo(1, 5);
  const made = dueAt.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(dueAt).toHaveLength(made);
});
