import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DeadLetter } from '../src/dead-letters.ts';
import { decodeJson } from '../src/decode-json.ts';
import { type Decoded, Intake } from '../src/intake.ts';
import { createMemoryBroker } from '../src/memory/index.ts';
import { type MessageSignatures, messageSignatures } from '../src/signatures/message-signatures.ts';
import { failure, type Note, type NoteState, noteLanes } from './lanes/notes.ts';

const noteSchema = z.object({ id: z.string(), isPoison: z.boolean().optional() });

/** Notes by way of the in-process broker, all on the virtual clock. */
async function reading(decode?: () => Decoded<Note>, signatures?: MessageSignatures) {
  const notes = noteLanes({ lanes: 1, onStore: (state) => intake.onStore(state) });
  const { runtime, lanes, log, observer } = notes;
  const broker = createMemoryBroker({ partitions: 1, schedule: (turn) => runtime.soon(turn) });
  const letters: DeadLetter[] = [];
  const store = { isAway: false, room: 1_000 };
  const intake: Intake<Note, NoteState, string> = new Intake({
    broker,
    groupId: 'notes',
    topics: ['notes'],
    lanes,
    deadLetters: {
      async park(letter) {
        if (store.isAway) throw new Error('database away');
        letters.push(letter);
      },
      async parkForged(letter) {
        if (store.isAway) throw new Error('database away');
        if (letters.length >= store.room) return false;
        letters.push(letter);
        return true;
      },
    },
    runtime,
    log,
    observer,
    signatures,
    isUrgent: () => false,
    decode(incoming) {
      if (decode) return decode();
      const note = decodeJson(incoming.value, noteSchema);
      if (!note.ok) return { kind: 'undecodable', cause: note.cause, detail: note.detail };
      const { id, isPoison = false } = note.data;
      return { kind: 'message', message: { id, key: id, isPoison } };
    },
  });
  void intake.start();
  const send = (...values: (object | string)[]) =>
    broker.publish(
      values.map((value) => ({
        topic: 'notes',
        key: 'k',
        value: typeof value === 'string' ? value : JSON.stringify(value),
        headers: {},
      })),
    );
  const causes = () => letters.map((letter) => letter.fault.cause);
  await runtime.settle();
  return { ...notes, broker, intake, send, letters, causes, deadLetterStore: store };
}

const ours = messageSignatures([{ id: 'ours', secret: 'known to all processes of this system' }]);
const theirs = messageSignatures([{ id: 'ours', secret: 'a guess at the secret of this system' }]);

/** Notes from whoever can write to the topic. */
async function readingSigned() {
  const notes = await reading(undefined, ours);
  const sendAs = (signatures: MessageSignatures | undefined, ...values: object[]) =>
    notes.broker.publish(
      values.map((value) => {
        const message = { topic: 'notes', key: 'k', value: JSON.stringify(value), headers: {} };
        return signatures?.sign(message) ?? message;
      }),
    );
  return { ...notes, sendAs };
}

const notesNamed = (stem: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `${stem}-${n}` }));

const poison = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ id: `bad-${from + n}`, isPoison: true }));

describe('From the broker into the lanes', () => {
  test('seed defects 6 and 8: an offset is free once its message is committed or parked, never before', async () => {
    const { runtime, send, store, intake } = await reading();
    store.gate = () => new Promise(() => undefined);
    void send({ id: 'a' }, 'not json');
    await runtime.settle();
    expect(intake.consumer.state().unfinished).toBe(1);
  });

  test('what does not decode is parked with its cause, and what follows it goes on', async () => {
    const { runtime, send, causes, store, intake, observer } = await reading();
    void send('{', { name: 'no id' }, { id: 'a' });
    await runtime.settle();
    expect(causes()).toEqual(['NOT_JSON', 'UNKNOWN_SHAPE']);
    expect(observer.counts.parked).toEqual(['NOT_JSON', 'UNKNOWN_SHAPE']);
    expect(store.committed).toEqual(['a']);
    expect(intake.consumer.state().unfinished).toBe(0);
  });

  test('a decoder that throws parks its message and is not asked for it for ever', async () => {
    const { runtime, send, causes } = await reading(() => {
      throw new Error('a decoder is broken');
    });
    void send({ id: 'a' });
    await runtime.settle();
    expect(causes()).toEqual(['DECODER_DEFECT']);
  });

  test('a message that fails alone is parked while the batch around it commits (L7)', async () => {
    const { runtime, send, store, causes, intake } = await reading();
    void send({ id: 'a' }, { id: 'bad', isPoison: true }, { id: 'c' });
    await runtime.settle();
    expect(store.committed).toEqual(['a', 'c']);
    expect(causes()).toEqual(['HANDLER_DEFECT']);
    expect(intake.consumer.state().unfinished).toBe(0);
  });

  test('until its dead letter is durable a message is not finished', async () => {
    const { runtime, send, deadLetterStore, intake, letters, log } = await reading();
    deadLetterStore.isAway = true;
    void send('{');
    await runtime.advance(10_000);
    expect(intake.consumer.state().unfinished).toBe(1);
    expect(log.lines.filter(({ message }) => message.includes('cannot be stored'))).toHaveLength(1);
    deadLetterStore.isAway = false;
    await runtime.advance(1_000);
    expect(letters).toHaveLength(1);
    expect(intake.consumer.state().unfinished).toBe(0);
  });

  test('a drain does not wait for dead letters that cannot be stored, and reads them again', async () => {
    const { runtime, send, deadLetterStore, intake, lanes } = await reading();
    deadLetterStore.isAway = true;
    void send({ id: 'bad', isPoison: true });
    await runtime.advance(1_000);
    intake.close();
    const settled = lanes.settled();
    await runtime.advance(1_000);
    await settled;
    expect(intake.consumer.state().unfinished).toBe(1);
  });
});

describe('A systemic fault stops consumption (L7)', () => {
  test('while the store is away nothing is fetched; afterwards everything is', async () => {
    const { runtime, send, store, intake, lanes, letters } = await reading();
    let isAway = true;
    store.fault = (moment) => {
      if (moment === 'open' && isAway) throw failure('not-committed', 'ECONNREFUSED');
    };
    lanes.push({
      message: { id: 'first', key: 'first' },
      isUrgent: false,
      committed: () => undefined,
      parked: async () => undefined,
    });
    await runtime.settle();
    void send({ id: 'a' });
    await runtime.advance(10_000);
    expect(intake.consumer.state()).toMatchObject({ phase: 'paused', unfinished: 0 });
    isAway = false;
    await runtime.advance(5_000);
    expect(store.committed).toEqual(['first', 'a']);
    expect(letters).toEqual([]);
  });

  test('more than twenty parked in a minute is a flood: the rest is held, and fetching stops for a minute', async () => {
    const { runtime, send, letters, intake, log } = await reading();
    void send(...poison(50));
    await runtime.settle();
    expect(letters).toHaveLength(20);
    expect(intake.consumer.state()).toMatchObject({ phase: 'paused', unfinished: 30 });
    expect(log.lines.filter(({ message }) => message.includes('consumption stops'))).toHaveLength(1);

    await runtime.advance(60_000);
    expect(letters).toHaveLength(40);
    await runtime.advance(60_000);
    expect(letters).toHaveLength(50);
    expect(intake.consumer.state()).toMatchObject({ phase: 'consuming', unfinished: 0 });
  });

  test('what does not decode is held back in a flood too', async () => {
    const { runtime, send, letters, intake } = await reading();
    void send(...Array.from({ length: 30 }, (_, n) => `not json ${n}`));
    await runtime.settle();
    expect(letters).toHaveLength(20);
    expect(intake.consumer.state().unfinished).toBe(10);
  });

  test('what was held commits after the defect is gone', async () => {
    const { runtime, send, decider, store, intake } = await reading();
    const broken = decider.decide;
    void send(...poison(30));
    await runtime.settle();
    decider.decide = (state, note, turn) => broken(state, { ...note, isPoison: false }, turn);
    await runtime.advance(60_000);
    expect(store.committed).toHaveLength(10);
    expect(intake.consumer.state().unfinished).toBe(0);
  });

  test('twenty in one minute and twenty in the next are no flood', async () => {
    const { runtime, send, letters, intake } = await reading();
    void send(...poison(20));
    await runtime.advance(61_000);
    void send(...poison(20, 20));
    await runtime.advance(1_000);
    expect(letters).toHaveLength(40);
    expect(intake.consumer.state().phase).toBe('consuming');
  });

  test('a stop in the middle of a flood leaves no timer behind', async () => {
    const { runtime, send, intake, lanes } = await reading();
    void send(...poison(30));
    await runtime.settle();
    await intake.stop();
    await lanes.close();
    await runtime.advance(1_000);
    expect(runtime.timers).toBe(0);
  });
});

describe('Where messages are signed (O7)', () => {
  test('what none of our keys has signed is a dead letter with that cause, and nothing else of it happens', async () => {
    const { runtime, sendAs, causes, store, intake, observer } = await readingSigned();
    void sendAs(undefined, { id: 'unsigned' });
    void sendAs(theirs, { id: 'forged' });
    void sendAs(ours, { id: 'good' });
    await runtime.settle();
    expect(causes()).toEqual(['UNSIGNED', 'BAD_SIGNATURE']);
    expect(observer.counts).toMatchObject({
      forged: ['UNSIGNED', 'BAD_SIGNATURE'],
      parked: ['UNSIGNED', 'BAD_SIGNATURE'],
    });
    expect(store.committed).toEqual(['good']);
    expect(intake.consumer.state().unfinished).toBe(0);
  });

  test('a flood of forged messages stops nothing: good ones behind it commit at once, all are counted, few are kept', async () => {
    const { runtime, sendAs, letters, store, intake, observer, log } = await readingSigned();
    void sendAs(undefined, ...notesNamed('forged', 5_000));
    void sendAs(ours, { id: 'good' });
    await runtime.settle();
    expect(store.committed).toEqual(['good']);
    expect(intake.consumer.state()).toMatchObject({ phase: 'consuming', unfinished: 0 });
    expect(observer.counts.forged).toHaveLength(5_000);
    expect(letters).toHaveLength(20);
    expect(log.lines.filter(({ message }) => message.includes('come faster'))).toHaveLength(1);

    await runtime.advance(60_000);
    void sendAs(undefined, ...notesNamed('later', 30));
    await runtime.settle();
    expect(letters).toHaveLength(40);
  });

  test('forged messages do not count towards the flood that stops consumption', async () => {
    const { runtime, sendAs, causes, intake } = await readingSigned();
    void sendAs(undefined, ...notesNamed('forged', 20));
    void sendAs(ours, ...poison(20));
    await runtime.settle();
    expect(causes().filter((cause) => cause === 'HANDLER_DEFECT')).toHaveLength(20);
    expect(intake.consumer.state()).toMatchObject({ phase: 'consuming', unfinished: 0 });
  });

  test('when enough forged ones lie there unseen, further ones are counted and left out', async () => {
    const { runtime, sendAs, deadLetterStore, letters, observer, intake } = await readingSigned();
    deadLetterStore.room = 1;
    void sendAs(undefined, ...notesNamed('forged', 3));
    await runtime.settle();
    expect(letters).toHaveLength(1);
    expect(observer.counts).toMatchObject({ forged: { length: 3 }, parked: { length: 1 } });
    expect(intake.consumer.state().unfinished).toBe(0);
  });
});
