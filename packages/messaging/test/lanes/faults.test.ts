import { describe, expect, test } from 'vitest';
import { failure, type Moment, noteLanes } from './notes.ts';

const note = (id: string, key = id) => ({ id, key });

describe('A message at fault (L7)', () => {
  test('a decide that throws sets only that message aside, without a rerun of the others', async () => {
    const { runtime, store, observer, push, idsThat, decided } = noteLanes({ lanes: 1 });
    push(note('a'));
    push({ ...note('bad'), isPoison: true });
    push(note('c'));
    await runtime.settle();
    expect(idsThat('committed')).toEqual(['a', 'c']);
    expect(store.committed).toEqual(['a', 'c']);
    expect(observer.counts.reruns).toEqual([]);
    expect(decided.filter(({ id }) => id === 'a')).toHaveLength(1);
  });

  test('it is tried three times, the last time as its last (E3), and then parked with its cause', async () => {
    const { runtime, decided, ended, push } = noteLanes();
    push({ ...note('bad'), isPoison: true });
    await runtime.settle();
    expect(decided.map(({ isLastTry }) => isLastTry)).toEqual([false, false, true]);
    expect(ended).toEqual([
      { id: 'bad', how: 'parked', fault: { cause: 'HANDLER_DEFECT', detail: 'bad is poison', attempts: 3 } },
    ]);
  });

  test('several set aside in one turn are tried again in their order', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1 });
    for (const id of ['bad-1', 'bad-2']) push({ ...note(id, 'A'), isPoison: true });
    await runtime.settle();
    expect(store.turns).toEqual([['bad-1', 'bad-2'], ['bad-1'], ['bad-1'], ['bad-2'], ['bad-2']]);
  });

  test('a fault that SQL reports is halved down to the one culprit, and the others are unharmed', async () => {
    const { runtime, store, push, ended, idsThat } = noteLanes({ lanes: 1 });
    store.fault = (moment, ids) => {
      if (moment === 'commit' && ids.includes('e')) throw failure('message', '22P02');
    };
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const id of ids) push(note(id));
    await runtime.settle();
    expect(idsThat('committed')).toEqual(ids.filter((id) => id !== 'e'));
    expect(ended.find(({ id }) => id === 'e')?.fault).toMatchObject({ cause: 'SQLSTATE_22P02', attempts: 3 });
  });

  test('a defect of LOAD or SAVE is found and parked like a fault of the message, and blocks nobody', async () => {
    const { runtime, store, push, ended, idsThat } = noteLanes({ lanes: 1 });
    store.fault = (moment, ids) => {
      if (moment === 'load' && ids.includes('b')) throw new TypeError('cannot read b');
    };
    for (const id of ['a', 'b', 'c']) push(note(id));
    await runtime.settle();
    expect(idsThat('committed')).toEqual(['a', 'c']);
    expect(ended.find(({ id }) => id === 'b')?.fault?.cause).toBe('HANDLER_DEFECT');
  });

  test('nobody is parked while the store takes no writes', async () => {
    const { runtime, store, push, ended } = noteLanes();
    let isReadOnly = true;
    store.fault = (moment) => {
      if (moment === 'probe' && isReadOnly) throw failure('not-committed', '25006');
    };
    push({ ...note('bad'), isPoison: true });
    await runtime.advance(10_000);
    expect(ended).toEqual([]);
    isReadOnly = false;
    await runtime.advance(10_000);
    expect(ended).toMatchObject([{ id: 'bad', how: 'parked' }]);
  });

  test('an owner that cannot take a parked message back does not stop the lane', async () => {
    const { runtime, push, idsThat, log } = noteLanes({ lanes: 1 });
    push({ ...note('bad'), isPoison: true }, { parked: () => Promise.reject(new Error('no')) });
    push(note('a'));
    await runtime.settle();
    push(note('b'));
    await runtime.settle();
    expect(idsThat('committed')).toEqual(['a', 'b']);
    expect(log.lines.some(({ message }) => message.includes('parked message threw'))).toBe(true);
  });

  test('a listener that throws after COMMIT does not make the turn run again', async () => {
    const { runtime, store, push, idsThat, decider } = noteLanes({ lanes: 1 });
    decider.afterCommit = () => {
      throw new Error('a metric is broken');
    };
    push(note('a'), {
      committed: () => {
        throw new Error('a client is gone');
      },
    });
    push(note('b'));
    await runtime.settle();
    expect(store.committed).toEqual(['a', 'b']);
    expect(idsThat('committed')).toEqual(['b']);
  });
});

describe('A conflict (L7)', () => {
  test('the whole turn runs again and reads by every key that it can hit', async () => {
    const { runtime, store, push, idsThat } = noteLanes({ lanes: 1 });
    store.fault = onceAt('commit', failure('conflict', '23505'));
    push(note('a'));
    push(note('b'));
    await runtime.settle();
    expect(store.loads).toMatchObject([
      { ids: ['a', 'b'], afterConflict: false },
      { ids: ['a', 'b'], afterConflict: true },
    ]);
    expect(idsThat('committed')).toEqual(['a', 'b']);
  });

  test('reruns have pauses between them, so that a storm of conflicts does not spin', async () => {
    const { runtime, store, push } = noteLanes({ lanes: 1 });
    store.fault = (moment) => {
      if (moment === 'commit') throw failure('conflict', '40P01');
    };
    push(note('a'));
    await runtime.settle();
    expect(store.loads).toHaveLength(2);
    await runtime.advance(50);
    expect(store.loads.length).toBeLessThan(8);
  });

  test('the tenth in a row cuts a group in halves, and parks a message that is alone, after a last try', async () => {
    const { runtime, store, push, ended, idsThat, decided } = noteLanes({ lanes: 1 });
    store.fault = (moment, ids) => {
      if (moment === 'commit' && ids.includes('b')) throw failure('conflict', 'SG001');
    };
    push(note('a'));
    push(note('b'));
    await runtime.advance(60_000);
    expect(store.turns.filter((ids) => ids.length === 2)).toHaveLength(10);
    expect(idsThat('committed')).toEqual(['a']);
    expect(ended.find(({ id }) => id === 'b')?.fault).toMatchObject({ cause: 'CONFLICT_WITHOUT_END' });
    expect(decided.findLast(({ id }) => id === 'b')?.isLastTry).toBe(true);
  });
});

describe('A store at fault (L7)', () => {
  test('the turn runs again until it is committed; nobody is parked; consumption stops in between', async () => {
    const { runtime, store, push, ended, storeStates } = noteLanes();
    let isAway = true;
    store.fault = (moment) => {
      if (moment === 'open' && isAway) throw failure('not-committed', 'ECONNREFUSED');
    };
    push(note('a'));
    push(note('b'));
    await runtime.advance(60_000);
    expect(ended).toEqual([]);
    expect(storeStates).toEqual(['failing']);
    isAway = false;
    await runtime.advance(2_000);
    expect(ended.map(({ how }) => how)).toEqual(['committed', 'committed']);
    expect(storeStates).toEqual(['failing', 'working']);
  });

  test('while one lane still fails, consumption does not go on because another works', async () => {
    const { runtime, store, push, storeStates, idsThat } = noteLanes({ lanes: 2, batchCap: 1 });
    const failing = new Set(['a', 'b']);
    store.fault = (moment, ids) => {
      if (moment === 'commit' && ids.some((id) => failing.has(id))) throw failure('not-committed', '53100');
    };
    push(note('a'));
    push(note('b'));
    await runtime.advance(1_000);
    failing.delete('b');
    await runtime.advance(5_000);
    expect(idsThat('committed')).toEqual(['b']);
    expect(storeStates).toEqual(['failing']);
    failing.delete('a');
    await runtime.advance(5_000);
    expect(storeStates).toEqual(['failing', 'working']);
  });

  test('an empty turn that meets a store at fault tries until it works: nothing else would, with consumption stopped', async () => {
    const { runtime, store, push, storeStates } = noteLanes();
    push(note('a'));
    await runtime.settle();
    store.fault = onceAt('commit', failure('unknown', '57P01'));
    await runtime.advance(5_000);
    expect(storeStates).toEqual(['failing', 'working']);
    expect(store.deleted).toHaveLength(1);
  });

  test('what only fails together is cut in halves, while the store takes a probe', async () => {
    const { runtime, store, push, idsThat } = noteLanes({ lanes: 1 });
    store.fault = (moment, ids) => {
      if (moment === 'commit' && ids.length > 2) throw failure('not-committed', '57014');
    };
    for (const id of ['a', 'b', 'c', 'd']) push(note(id));
    await runtime.advance(30_000);
    expect(idsThat('committed')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('after a commit of unknown outcome the rerun has the same generation, looks for what is there, and expects strays (O1, L6)', async () => {
    const { runtime, store, push, decided, relay } = noteLanes({ lanes: 1 });
    relay.takeStrays();
    store.fault = onceAt('commit', failure('unknown', 'ECONNRESET'));
    push(note('a'));
    await runtime.advance(1_000);
    expect(store.loads.map(({ afterConflict }) => afterConflict)).toEqual([false, true, false]);
    expect(new Set(decided.map(({ generation }) => generation)).size).toBe(1);
    expect(relay.takeStrays()).toBe(true);
    expect(store.opened).toBe(2);
  });
});

/** Goes wrong the first time this moment comes. */
function onceAt(moment: Moment, error: Error) {
  let isDue = true;
  return (at: Moment) => {
    if (at !== moment || !isDue) return;
    isDue = false;
    throw error;
  };
}
