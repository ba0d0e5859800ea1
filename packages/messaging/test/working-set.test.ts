import { describe, expect, test } from 'vitest';
import { WorkingSet, WriteList } from '../src/working-set.ts';

interface Stock {
  readonly id: string;
  readonly left: number;
}
const stockOf = (...rows: Stock[]) => new WorkingSet<Stock>(({ id }) => id, rows);
const take = (set: WorkingSet<Stock>, id: string, quantity: number) => {
  set.put({ id, left: (set.get(id)?.left ?? 0) - quantity });
};

describe('The working set of a turn (L3)', () => {
  test('each message is decided on what the messages before it left, and a row is saved once', () => {
    const set = stockOf({ id: 'a', left: 10 });
    take(set, 'a', 4);
    set.accept();
    take(set, 'a', 5);
    set.accept();
    expect(set.updates()).toEqual([{ id: 'a', left: 1 }]);
    expect(set.stored('a')).toEqual({ id: 'a', left: 10 });
  });

  test('what a message wrote before it threw is discarded whole', () => {
    const set = stockOf({ id: 'a', left: 10 });
    take(set, 'a', 4);
    set.accept();
    take(set, 'a', 5);
    take(set, 'b', 1);
    set.discard();
    expect(set.get('a')).toEqual({ id: 'a', left: 6 });
    expect(set.inserts()).toEqual([]);
    expect(set.updates()).toEqual([{ id: 'a', left: 6 }]);
  });

  test('new rows are inserts and stored ones updates, each in key order (L1)', () => {
    const set = stockOf({ id: 'd', left: 1 }, { id: 'b', left: 1 });
    for (const id of ['d', 'c', 'b', 'a']) take(set, id, 1);
    set.accept();
    expect(set.inserts().map(({ id }) => id)).toEqual(['a', 'c']);
    expect(set.updates().map(({ id }) => id)).toEqual(['b', 'd']);
  });

  test('a write list keeps all of a message or none of it', () => {
    const list = new WriteList<string>();
    list.add('a');
    list.accept();
    list.add('b');
    list.add('c');
    list.discard();
    list.add('d');
    list.accept();
    expect(list.all()).toEqual(['a', 'd']);
  });
});
