import { describe, expect, test } from 'vitest';
import { gate, noteLanes } from './notes.ts';

const note = (id: string, key = id) => ({ id, key });

describe('Group commit', () => {
  test('seed defect 69: everything that arrived while a turn ran goes into the next one', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1 });
    const first = gate();
    store.gate = (ids) => (ids.includes('a') ? first.opened : Promise.resolve());
    push(note('a'));
    await runtime.settle();
    for (const id of ['b', 'c', 'd']) push(note(id));
    await runtime.settle();
    expect(store.turns).toEqual([['a']]);

    first.open();
    await runtime.settle();
    expect(store.turns).toEqual([['a'], ['b', 'c', 'd']]);
    expect(store.committed).toEqual(['a', 'b', 'c', 'd']);
  });

  test('what arrived in one tick goes into one turn', async () => {
    const { runtime, store, push } = noteLanes();
    for (const id of ['a', 'b', 'c']) push(note(id));
    await runtime.settle();
    expect(store.turns).toEqual([['a', 'b', 'c']]);
  });

  test('a turn takes no more than its cap, and a free lane takes the rest at once (L4)', async () => {
    const { runtime, store, push, idsThat } = noteLanes({ lanes: 2, batchCap: 2 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) push(note(id));
    await runtime.settle();
    expect(store.turns).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(idsThat('committed').toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('work in progress goes before new work', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1, batchCap: 2 });
    push(note('new-1'));
    push(note('new-2'));
    push({ ...note('reply'), isUrgent: true });
    await runtime.settle();
    expect(store.turns).toEqual([['reply', 'new-1'], ['new-2']]);
  });

  test('a key is never in two lanes at once, keeps its order, and holds nobody else up (L4)', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 2 });
    const first = gate();
    store.gate = (ids) => (ids.includes('a1') ? first.opened : Promise.resolve());
    push(note('a1', 'A'));
    await runtime.settle();
    push(note('a2', 'A'));
    push(note('b1', 'B'));
    push(note('a3', 'A'));
    await runtime.settle();
    expect(store.turns).toEqual([['a1'], ['b1']]);

    first.open();
    await runtime.settle();
    expect(store.turns).toEqual([['a1'], ['b1'], ['a2', 'a3']]);
  });

  test('a message draws its generation when it is queued, each its own (L6)', async () => {
    const { runtime, decided, push } = noteLanes();
    push(note('a'));
    push(note('b'));
    await runtime.settle();
    expect(new Set(decided.map(({ generation }) => generation)).size).toBe(2);
  });

  test('room is made when the queue is half empty, and at once when the lanes are closed', async () => {
    const { runtime, store, lanes, push } = noteLanes({ lanes: 1, batchCap: 2, queueBound: 4 });
    const turns = gate();
    store.gate = () => turns.opened;
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) push(note(id));
    await runtime.settle();
    let hasRoom = false;
    void lanes.hasRoom().then(() => {
      hasRoom = true;
    });
    await runtime.settle();
    expect(hasRoom).toBe(false);
    turns.open();
    await runtime.settle();
    expect(hasRoom).toBe(true);

    store.gate = () => new Promise(() => undefined);
    for (const id of ['g', 'h', 'i', 'j', 'k', 'l']) push(note(id));
    await runtime.settle();
    const waiting = lanes.hasRoom();
    const closing = lanes.close();
    await runtime.advance(1_000);
    await Promise.all([waiting, closing]);
  });
});
