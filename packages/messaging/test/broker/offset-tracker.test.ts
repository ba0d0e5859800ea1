import { describe, expect, test } from 'vitest';
import { OffsetTracker } from '../../src/offset-tracker.ts';

const at = (offset: number, partition = 0) => ({ topic: 't', partition, offset: BigInt(offset) });

function trackerWith(...offsets: number[]) {
  const tracker = new OffsetTracker();
  const generation = tracker.join();
  for (const offset of offsets) tracker.fetched('t', 0, BigInt(offset));
  const done = (offset: number) => tracker.done({ ...at(offset), generation });
  return { tracker, generation, done };
}

describe('The offset tracker commits the lowest unfinished offset (O4)', () => {
  test('nothing is committable until something is done', () => {
    const { tracker } = trackerWith(5, 6);
    expect(tracker.committable()).toEqual([]);
    expect(tracker.unfinished).toBe(2);
  });

  test('a gap holds the commit back, and closing it releases all behind it', () => {
    const { tracker, done } = trackerWith(5, 6, 7, 8);
    done(5);
    done(7);
    done(8);
    expect(tracker.committable()).toEqual([at(6)]);
    done(6);
    expect(tracker.committable()).toEqual([at(9)]);
    expect(tracker.unfinished).toBe(0);
  });

  test('offsets that the log leaves out are no gap', () => {
    const { tracker, done } = trackerWith(5, 9, 12);
    done(5);
    expect(tracker.committable()).toEqual([at(9)]);
    done(12);
    done(9);
    expect(tracker.committable()).toEqual([at(13)]);
  });

  test('what was committed is not committable again', () => {
    const { tracker, generation, done } = trackerWith(1, 2);
    done(1);
    tracker.committed(tracker.committable(), generation);
    expect(tracker.committable()).toEqual([]);
    done(2);
    expect(tracker.committable()).toEqual([at(3)]);
  });

  test('a join drops everything pending, and done of the older generation moves nothing', () => {
    const { tracker, done } = trackerWith(1, 2);
    done(1);
    const next = tracker.join();
    expect(tracker.committable()).toEqual([]);
    tracker.fetched('t', 0, 1n);
    expect(done(1)).toBe(false);
    expect(tracker.committable()).toEqual([]);
    expect(tracker.done({ ...at(1), generation: next })).toBe(true);
    expect(tracker.committable()).toEqual([at(2)]);
  });

  test('a commit that is answered after a join does not count for the new generation', () => {
    const { tracker, generation, done } = trackerWith(1);
    done(1);
    const sent = tracker.committable();
    const next = tracker.join();
    tracker.fetched('t', 0, 1n);
    tracker.committed(sent, generation);
    tracker.done({ ...at(1), generation: next });
    expect(tracker.committable()).toEqual([at(2)]);
  });

  test('done twice, or of what was never fetched, changes nothing', () => {
    const { tracker, done } = trackerWith(1, 2, 3);
    expect(done(2)).toBe(true);
    done(2);
    expect(tracker.unfinished).toBe(2);
    expect([done(0), done(4)]).toEqual([false, false]);
    expect(tracker.done({ ...at(1, 7), generation: 1 })).toBe(false);
    expect(tracker.unfinished).toBe(2);
  });

  test('partitions are independent', () => {
    const { tracker, generation, done } = trackerWith(1, 2);
    tracker.fetched('t', 1, 10n);
    tracker.done({ ...at(10, 1), generation });
    done(2);
    expect(tracker.committable()).toEqual([at(11, 1)]);
  });

  test('an offset that goes backwards is refused: the log was replaced', () => {
    const { tracker } = trackerWith(10, 11);
    expect(tracker.fetched('t', 0, 0n)).toBe(false);
    expect(tracker.fetched('t', 0, 12n)).toBe(true);
  });

  test('it stays right over many thousands of messages done in random order', () => {
    const { tracker, done } = trackerWith();
    const pending: number[] = [];
    let next = 0;
    let state = 1;
    const random = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let round = 0; round < 30_000; round += 1) {
      tracker.fetched('t', 0, BigInt(next));
      pending.push(next);
      next += 1 + random(2);
      if (pending.length > 50) done(pending.splice(random(pending.length), 1)[0] ?? -1);
    }
    expect(tracker.committable()).toEqual([at(Math.min(...pending))]);
    for (const offset of pending) done(offset);
    expect(tracker.unfinished).toBe(0);
  });
});
