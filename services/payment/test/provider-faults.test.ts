import { TOPICS } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import type { PaymentProvider } from '../src/index.ts';
import { anOrder, compensatePayment, disagreements, processPayment } from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();
const never = () => new Promise<never>(() => undefined);

test('charged, then dead before the outcome committed: the next process takes the payment up and charges once', async () => {
  const { orchestrator, sql } = system;
  const order = anOrder();
  const action = processPayment(order);
  let charges = 0;
  const dying = await system.start({
    provider: (real): PaymentProvider => ({
      ...real,
      charge: async (request) => {
        await real.charge(request);
        charges += 1;
        return never();
      },
    }),
  });
  await orchestrator.send(action);
  await eventually(() => charges > 0);
  expect(await sql.ledger(order)).toEqual(['charge 9999']);
  await dying.stop();
  expect((await sql.payment(order))?.status).toBe('pending');
  expect(orchestrator.replies).toEqual([]);

  await system.start();
  expect(await orchestrator.replyTo(action)).toMatchObject({ status: 'Success' });
  expect(await sql.ledger(order)).toEqual(['charge 9999']);
  expect(await sql.payment(order)).toMatchObject({ status: 'processed', captured_minor: '9999' });
});

test('after a crash an instance takes up its own leases at once, long before they run out', async () => {
  const { orchestrator, sql } = system;
  const env = { LEASE_MS: '60000', INSTANCE_NAME: 'one' };
  const order = anOrder();
  const action = processPayment(order);
  const dying = await system.start({ env, provider: (real) => ({ ...real, charge: never }) });
  await orchestrator.send(action);
  await eventually(async () => (await sql.payment(order))?.status === 'pending');
  await dying.stop();

  await system.start({ env: { ...env, INSTANCE_NAME: 'two' } });
  const probe = processPayment(anOrder());
  await orchestrator.send(probe);
  await orchestrator.replyTo(probe);
  expect((await sql.payment(order))?.attempts).toBe(1);

  await system.start({ env });
  expect(await orchestrator.replyTo(action)).toMatchObject({ status: 'Success' });
});

test('a provider that fails is asked again until it answers; nothing is parked', async () => {
  const { orchestrator, sql } = system;
  let isDown = true;
  const order = anOrder();
  const [action, undo] = [processPayment(order), compensatePayment(order)];
  let refused = 0;
  const down = async (): Promise<never> => {
    refused += 1;
    throw new Error('connection refused');
  };
  await system.start({
    provider: (real) => ({
      ...real,
      charge: (request) => (isDown ? down() : real.charge(request)),
      void: (key) => (isDown ? down() : real.void(key)),
    }),
  });
  await orchestrator.send(action);
  await eventually(() => refused >= 2);
  isDown = false;
  expect((await orchestrator.replyTo(action)).status).toBe('Success');

  isDown = true;
  refused = 0;
  await orchestrator.send(undo);
  await eventually(() => refused >= 2);
  expect(orchestrator.repliesTo(undo)).toEqual([]);
  isDown = false;
  expect(await orchestrator.replyTo(undo)).toMatchObject({
    status: 'Success',
    result: { refunded_minor: 9_999 },
  });
  expect(await sql.rows('select * from dead_letters')).toEqual([]);
});

test('an undo is finished for the broker only when its second turn has committed (rule P2)', async () => {
  const { orchestrator, sql } = system;
  const order = anOrder();
  const undo = compensatePayment(order);
  let voids = 0;
  const dying = await system.start({
    provider: (real) => ({
      ...real,
      async void(key) {
        await real.void(key);
        voids += 1;
        return never();
      },
    }),
  });
  await orchestrator.send(undo);
  await eventually(() => voids > 0);
  expect(await sql.payment(order)).toBeUndefined();
  await dying.stop();
  expect(orchestrator.replies).toEqual([]);

  await system.start();
  expect(await orchestrator.replyTo(undo)).toMatchObject({ status: 'Success' });
  expect((await sql.payment(order))?.status).toBe('tombstone');
});

test('charges that are never answered stop neither other orders nor undos (rule P3)', async () => {
  const { orchestrator, sql } = system;
  await system.start({
    env: { PROVIDER_SLOTS: '2', PROVIDER_UNDO_SLOTS: '1', PROVIDER_CALL_TIMEOUT_MS: '300', LEASE_MS: '400' },
  });
  const stuck = Array.from({ length: 6 }, () => anOrder('test_never'));
  const stuckActions = stuck.map((order) => processPayment(order));
  await orchestrator.send(...stuckActions);
  await eventually(async () => {
    const [row] = await sql.rows<{ n: string }>(
      `select count(*) as n from payments where status = 'pending'`,
    );
    return row?.n === '6';
  });
  // New commands still commit, and those that find no slot wait in the table for the sweep.
  const order = anOrder();
  const action = processPayment(order);
  await orchestrator.send(action);
  const undos = stuck.map((other) => compensatePayment(other));
  await orchestrator.send(...undos);
  for (const undo of undos) expect((await orchestrator.replyTo(undo)).status).toBe('Success');
  for (const stuckAction of stuckActions)
    expect((await orchestrator.replyTo(stuckAction)).status).toBe('Failed');
  expect((await orchestrator.replyTo(action)).status).toBe('Success');
  expect(await disagreements(sql)).toEqual([]);
});

test('more payments than slots and line can take are all answered in the end', async () => {
  const { orchestrator, sql } = system;
  await system.start({
    env: { PROVIDER_SLOTS: '4', PROVIDER_CALL_TIMEOUT_MS: '100', LEASE_MS: '200', LEASE_MAX_MS: '400' },
    provider: (real) => ({
      ...real,
      charge: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return real.charge(request);
      },
    }),
  });
  const actions = Array.from({ length: 120 }, () => processPayment(anOrder()));
  await orchestrator.send(...actions);
  for (const action of actions) expect((await orchestrator.replyTo(action)).status).toBe('Success');
  const [charged] = await sql.rows<{ n: string }>('select count(*) as n from provider_ledger');
  expect(Number(charged?.n)).toBe(actions.length);
});

test('an undo that can never be done becomes a dead letter with the whole command', async () => {
  const { orchestrator, sql } = system;
  await system.start({
    provider: (real) => ({ ...real, void: async () => ({ capturedMinor: 9_999, returnedMinor: 1 }) }),
  });
  const undo = compensatePayment(anOrder());
  await orchestrator.send(undo);
  const [letter] = await eventually(async () => {
    const rows = await sql.rows<{ cause: string; topic: string; value: Buffer }>(
      'select * from dead_letters',
    );
    expect(rows).toHaveLength(1);
    return rows;
  });
  expect(letter).toMatchObject({ cause: 'PROVIDER_DISAGREES', topic: TOPICS.paymentCommands.name });
  expect(JSON.parse(String(letter?.value))).toEqual(undo);
  expect(orchestrator.replies).toEqual([]);
});
