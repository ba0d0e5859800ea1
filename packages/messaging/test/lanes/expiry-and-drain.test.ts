import { describe, expect, test } from 'vitest';
import { failure, gate, noteLanes } from './notes.ts';

const note = (id: string, key = id) => ({ id, key });

describe('A request that has waited too long', () => {
  test('is refused once it has left the queue, and has not happened', async () => {
    const { runtime, store, push, pushExpiring, ended } = noteLanes({ lanes: 1, batchCap: 1 });
    const first = gate();
    store.gate = () => first.opened;
    push(note('a'));
    pushExpiring(note('b'), 2_000);
    await runtime.advance(1_900);
    expect(ended).toEqual([]);
    await runtime.advance(500);
    expect(ended).toEqual([{ id: 'b', how: 'expired' }]);
    first.open();
    await runtime.advance(1_000);
    expect(store.committed).toEqual(['a']);
  });

  test('is refused between two tries of a store that is away', async () => {
    const { runtime, store, pushExpiring, idsThat } = noteLanes();
    store.fault = (moment) => {
      if (moment === 'open') throw failure('not-committed', 'ECONNREFUSED');
    };
    pushExpiring(note('a'), 2_000);
    await runtime.advance(6_000);
    expect(idsThat('expired')).toEqual(['a']);
  });

  test('and was refused in an outage leaves nothing that keeps consumption stopped after it', async () => {
    const { runtime, store, pushExpiring, ended, storeStates } = noteLanes();
    let isAway = true;
    store.fault = (moment) => {
      if (moment === 'open' && isAway) throw failure('not-committed', 'ECONNREFUSED');
    };
    pushExpiring(note('a'), 2_000);
    await runtime.advance(6_000);
    expect(ended).toEqual([{ id: 'a', how: 'expired' }]);
    expect(storeStates).toEqual(['failing']);
    isAway = false;
    await runtime.advance(3_000);
    expect(storeStates).toEqual(['failing', 'working']);
  });

  test('is not refused any more when it may have happened (L6)', async () => {
    const { runtime, store, pushExpiring, ended } = noteLanes();
    let isAway = true;
    store.fault = (moment) => {
      if (moment === 'commit' && isAway) throw failure('unknown', 'ECONNRESET');
    };
    pushExpiring(note('a'), 2_000);
    await runtime.advance(60_000);
    expect(ended).toEqual([]);
    isAway = false;
    await runtime.advance(5_000);
    expect(ended).toEqual([{ id: 'a', how: 'committed' }]);
  });
});

describe('A drain', () => {
  test('is settled when nothing is queued and no turn is running', async () => {
    const { runtime, store, lanes, push } = noteLanes();
    const turn = gate();
    store.gate = () => turn.opened;
    push(note('a'));
    let isSettled = false;
    void lanes.settled().then(() => {
      isSettled = true;
    });
    await runtime.settle();
    expect(isSettled).toBe(false);
    turn.open();
    await runtime.settle();
    expect(isSettled).toBe(true);
  });

  test('deletes what was published, closes every session, and leaves no timer that matters', async () => {
    const { runtime, store, lanes, push } = noteLanes();
    push(note('a'));
    await runtime.settle();
    expect(store.deleted).toEqual([]);
    await lanes.close();
    expect(store.deleted.map(({ id }) => id)).toEqual(['a']);
    expect(store.closed).toBe(store.opened);
    await runtime.advance(200);
    expect(runtime.timers).toBe(0);
  });

  test('ends although the store is away, and answers nobody falsely', async () => {
    const { runtime, store, lanes, push, ended } = noteLanes();
    store.fault = (moment) => {
      if (moment === 'open') throw failure('not-committed', 'ECONNREFUSED');
    };
    push(note('a'));
    await runtime.advance(3_000);
    let isClosed = false;
    const closing = lanes.close().then(() => {
      isClosed = true;
    });
    const settling = lanes.settled();
    await runtime.advance(1_000);
    expect(isClosed).toBe(true);
    await Promise.all([closing, settling]);
    expect(runtime.timers).toBe(0);
    expect(ended).toEqual([]);
  });
});
