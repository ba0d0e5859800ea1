import type { DeadLetter } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TOO_LARGE_FOR_BROKER } from '../../src/dead-letters.ts';
import { deadLetterVerbs } from '../../src/postgres/dead-letter-verbs.ts';
import { messageSignatures } from '../../src/signatures/message-signatures.ts';
import { type DepositDatabase, deposit, depositDatabase } from '../postgres/deposits.ts';
import { act, type DepositService, type DepositServiceOptions, startDeposits } from './deposit-service.ts';

let database: DepositDatabase;
const running: DepositService[] = [];

beforeAll(async () => {
  database = await depositDatabase();
});
beforeEach(() =>
  database.query('truncate dead_letters, dead_letter_actions, outbox_events, processed_commands, accounts'),
);
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => database.close());

async function start(options: DepositServiceOptions = {}): Promise<DepositService> {
  const service = await startDeposits(database, options);
  running.push(service);
  return service;
}

/** The dead letter of that cause, once it is there. */
const theOnly = (deadLetters: DepositService['deadLetters'], cause: string): Promise<DeadLetter> =>
  eventually(async () => {
    const [letter, ...more] = (await deadLetters.list({ limit: 10, cause })).items;
    if (letter === undefined || more.length > 0) throw new Error(`there are ${more.length} more, or none`);
    return letter;
  });

describe('An operator who redrives a dead letter', () => {
  test('has it handled once, exactly like a message that was delivered, and it is written down who did it and why', async () => {
    const { defect, park, deadLetters, balance } = await start();
    defect.isThere = true;
    const letter = await park(deposit(1, 'A', 5));
    expect(letter).toMatchObject({ state: 'parked', cause: 'HANDLER_DEFECT', version: 1, actions: [] });
    defect.isThere = false;

    const redriven = await deadLetters.redrive(act(letter));
    expect(redriven).toMatchObject({
      state: 'redriven',
      version: 3,
      actions: [{ verb: 'redrive', reason: 'the defect is mended', operator: 'ada', outcome: 'handled' }],
    });
    expect(await balance('A')).toBe(5);
    expect(await database.query('select outcome from processed_commands')).toEqual([
      { outcome: 'succeeded' },
    ]);
    expect(await deadLetters.byId(letter.id)).toEqual(redriven);
  });

  test('changes nothing when the same command has been handled meanwhile: the inbox keeps it once', async () => {
    const { defect, park, send, deadLetters, balance } = await start();
    defect.isThere = true;
    const letter = await park(deposit(2, 'B', 5));
    defect.isThere = false;
    await send(deposit(2, 'B', 5), { again: 'yes' });
    await eventually(async () => (await balance('B')) === 5);
    expect(await deadLetters.redrive(act(letter))).toMatchObject({ state: 'redriven' });
    expect(await balance('B')).toBe(5);
  });

  test('gets it back when it fails again: the same letter, with the attempts of both', async () => {
    const { defect, park, deadLetters } = await start();
    defect.isThere = true;
    const letter = await park(deposit(3));
    const again = await deadLetters.redrive(act(letter, 'let us see'));
    expect(again).toMatchObject({
      id: letter.id,
      state: 'parked',
      version: 3,
      count: 2,
      attempts: letter.attempts * 2,
      value: letter.value,
      firstAt: letter.firstAt,
      actions: [{ reason: 'let us see', outcome: 'parked-again' }],
    });
    defect.isThere = false;
    const { actions } = await deadLetters.redrive(act(again));
    expect(actions.map(({ outcome }) => outcome)).toEqual(['parked-again', 'handled']);
  });

  test('sends back the very bytes and headers', async () => {
    const { park, deadLetters } = await start();
    const letter = await park('{"half a', { odd: 'Größe' });
    const again = await deadLetters.redrive(act(letter));
    expect(again).toMatchObject({
      id: letter.id,
      cause: 'NOT_JSON',
      attempts: 2,
      value: { encoding: 'utf8', data: '{"half a' },
      headers: { odd: 'Größe' },
    });
    expect((await deadLetters.list({ limit: 10 })).items).toHaveLength(1);
  });

  test('cannot set off the flood stop, however often it fails', async () => {
    const { park, deadLetters, pipeline } = await start();
    let letter = await park('{"half a');
    for (let n = 0; n < 25; n += 1) letter = await deadLetters.redrive(act(letter));
    expect(letter).toMatchObject({ state: 'parked', attempts: 26 });
    expect(pipeline.intake.consumer.state().phase).toBe('consuming');
  });

  test('and whose process dies over it needs do nothing: another one begins anew, and it happens once', async () => {
    const service = await start();
    service.defect.isThere = true;
    const letter = await service.park(deposit(4, 'D', 5));
    service.defect.isThere = false;
    // All that a process does which dies at once.
    await deadLetterVerbs(service.orm, ['deposits']).redrive(act(letter));
    expect(await service.deadLetters.byId(letter.id)).toMatchObject({ state: 'redriving' });
    await database.query(`update dead_letters set redriving_until = clock_timestamp() - interval '1 second'`);

    const { deadLetters, balance } = await start();
    await eventually(async () =>
      expect(await deadLetters.byId(letter.id)).toMatchObject({
        state: 'redriven',
        actions: [{ outcome: 'handled' }],
      }),
    );
    expect(await balance('D')).toBe(5);
  });

  test('does not believe a forged one: it must bear a signature of ours by now', async () => {
    const key = { id: 'new', secret: 'known to all processes of this system' };
    const other = messageSignatures([{ id: 'old', secret: 'known to all processes of that system' }]);
    const ours = messageSignatures([key]);
    const { broker, deadLetters, balance, stop } = await start({ signatures: other });
    const message = { topic: 'deposits', key: 'k', value: JSON.stringify(deposit(5, 'E', 5)), headers: {} };
    await broker.publish([ours?.sign(message) ?? message]);
    const letter = await theOnly(deadLetters, 'UNKNOWN_SIGNING_KEY');
    const again = await deadLetters.redrive(act(letter));
    expect(again).toMatchObject({ state: 'parked', cause: 'UNKNOWN_SIGNING_KEY', attempts: 2 });
    expect(await balance('E')).toBe(0);
    running.splice(0);
    await stop();

    const withKey = await start({ signatures: ours });
    expect(await withKey.deadLetters.redrive(act(again))).toMatchObject({ state: 'redriven' });
    expect(await withKey.balance('E')).toBe(5);
  });

  test('of a message that was too large for the broker sends that again', async () => {
    const small = await start({ maxBytes: 100 });
    await database.query(
      `insert into outbox_events (id, gen, topic, key, type, value, headers)
       values ('11111111-1111-4111-8111-111111111111', gen_random_uuid(), 'big', 'k', 'Big', repeat('x', 500),
         '{"ce_id":"11111111-1111-4111-8111-111111111111","ce_type":"Big"}')`,
    );
    const letter = await theOnly(small.deadLetters, TOO_LARGE_FOR_BROKER);
    expect(await small.deadLetters.redrive(act(letter))).toMatchObject({
      state: 'redriven',
      actions: [{ outcome: 'in-outbox' }],
    });
    // It is as large as before.
    const again = await eventually(async () => {
      const found = await theOnly(small.deadLetters, TOO_LARGE_FOR_BROKER);
      expect(found).toMatchObject({ state: 'parked', attempts: 2, count: 2 });
      return found;
    });
    running.splice(0);
    await small.stop();

    const large = await start();
    const values: string[] = [];
    const reader = large.broker.consume({
      groupId: 'reader',
      topics: ['big'],
      from: 'earliest',
      onMessages: async (messages) => void values.push(...messages.map(({ value }) => String(value))),
    });
    await reader.start();
    await large.deadLetters.redrive(act(again));
    await eventually(() => expect(values).toEqual(['x'.repeat(500)]));
  });
});

describe('An operator who discards a dead letter', () => {
  test('sets it aside: it stays to be read, with who did it and why, and its message does nothing', async () => {
    const { defect, park, deadLetters, balance } = await start();
    defect.isThere = true;
    const letter = await park(deposit(6, 'F', 5));
    defect.isThere = false;
    const discarded = await deadLetters.discard(act(letter, 'a test of ours'));
    expect(discarded).toMatchObject({
      state: 'discarded',
      version: 2,
      value: letter.value,
      actions: [{ verb: 'discard', reason: 'a test of ours', operator: 'ada', outcome: 'discarded' }],
    });
    expect((await deadLetters.list({ limit: 10, state: 'parked' })).items).toEqual([]);
    expect((await deadLetters.list({ limit: 10, state: 'discarded' })).items).toMatchObject([
      { id: letter.id },
    ]);
    expect(await balance('F')).toBe(0);
  });

  test('sees it parked anew when the message comes again', async () => {
    const { park, send, deadLetters } = await start();
    const letter = await park('no json');
    const discarded = await deadLetters.discard(act(letter, 'of no use'));
    await send('no json');
    await eventually(async () =>
      expect(await deadLetters.byId(letter.id)).toMatchObject({
        state: 'parked',
        version: discarded.version + 1,
        count: 2,
        actions: [{ outcome: 'discarded' }],
      }),
    );
  });
});

describe('Of two operators', () => {
  test('who act at once one does, and the other is told by whom the letter was changed', async () => {
    const { park, deadLetters } = await start();
    const letter = await park('no json');
    const acts = [
      deadLetters.discard({ ...act(letter), operator: 'ada' }),
      deadLetters.discard({ ...act(letter), operator: 'grace' }),
    ];
    const answers = await Promise.allSettled(acts);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({
      code: 'CHANGED_MEANWHILE',
      message: expect.stringMatching(
        /is discarded and has version 2, not 1, last by (ada|grace) at .*: look at it again/,
      ),
    });
    expect((await deadLetters.byId(letter.id))?.actions).toHaveLength(1);
  });

  test('nobody acts on what is resolved, or not there', async () => {
    const { park, deadLetters } = await start();
    const letter = await deadLetters.discard(act(await park('no json')));
    await expect(deadLetters.redrive(act(letter))).rejects.toMatchObject({
      code: 'NOT_PARKED',
      message: expect.stringContaining('the letter is discarded, last by ada'),
    });
    await expect(deadLetters.discard(act({ id: '0'.repeat(64), version: 1 }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
