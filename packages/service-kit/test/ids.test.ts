import { describe, expect, test } from 'vitest';
import { randomIds } from '../src/ids.ts';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const take = (count: number, next: () => string): string[] => Array.from({ length: count }, next);

describe('UUIDs version 7', () => {
  test('carry the time, the version and the variant', () => {
    const id = randomIds({ now: () => 0x0190_1234_5678 }).uuid();
    expect(id).toMatch(V7);
    expect(timeOf(id)).toBe(0x0190_1234_5678);
  });

  test('sort in the order they were made, also ten thousand of one millisecond', () => {
    const ids = take(10_000, randomIds({ now: () => 1_700_000_000_000 }).uuid);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => V7.test(id))).toBe(true);
  });

  test('go on rising when the clock jumps back', () => {
    let now = 1_700_000_000_000;
    const ids = randomIds({ now: () => now });
    const before = ids.uuid();
    now -= 60_000;
    expect(ids.uuid() > before).toBe(true);
  });

  test('differ between processes that begin in the same millisecond', () => {
    const now = () => 1_700_000_000_000;
    const all = take(200, () => randomIds({ now }).uuid());
    expect(new Set(all).size).toBe(all.length);
  });
});
