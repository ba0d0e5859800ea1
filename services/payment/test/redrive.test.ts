import type { PaymentRouter } from '@order-saga/contracts';
import { deadLetter } from '@order-saga/messaging';
import { createServiceClient } from '@order-saga/service-kit';
import { expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  anOrder,
  compensatePayment,
  disagreements,
  processPayment,
  type WireCommand,
} from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();

/** A command as it lies among the dead letters after a defect that has been mended since. */
async function parked(command: WireCommand): Promise<string> {
  const value = Buffer.from(JSON.stringify(command));
  const message = { topic: 'payment-service-commands', key: command.saga_id, value, headers: {} };
  const { id, headers } = deadLetter(message, { cause: 'HANDLER_DEFECT', detail: '', attempts: 3 });
  await system.sql.rows(
    `insert into dead_letters (id, topic, key, value, headers, cause, detail, attempts)
     values ($1, $2, $3, $4, $5, 'HANDLER_DEFECT', 'mended', 3)`,
    [id, message.topic, message.key, value, headers],
  );
  return id;
}

async function operator() {
  const { url } = await system.start();
  const client = createServiceClient<PaymentRouter>({ url, token: ADMIN_TOKEN, operator: 'ada@example.com' });
  return {
    redrive: (id: string) =>
      client.deadLetters.redrive.mutate({ id, reason: 'the defect is mended', expectedVersion: 1 }),
    client,
  };
}

test('a ProcessPayment that is redriven charges once, and so does its re-send', async () => {
  const { redrive } = await operator();
  const { orchestrator, sql } = system;
  const order = anOrder();
  const action = processPayment(order);
  const letter = await redrive(await parked(action));
  expect(letter).toMatchObject({
    state: 'redriven',
    actions: [{ operator: 'ada@example.com', outcome: 'handled' }],
  });
  expect(await orchestrator.replyTo(action)).toMatchObject({ status: 'Success' });
  await orchestrator.send(action);
  await orchestrator.replyTo(action, 2);
  expect(await sql.ledger(order)).toEqual(['charge 9999']);
});

test('an old ProcessPayment that is redriven after the horizon is refused: nobody waits for it any more (rule P6)', async () => {
  const { redrive } = await operator();
  const { orchestrator, sql } = system;
  const order = anOrder();
  const created_at = new Date(Date.now() - 25 * 3_600_000).toISOString();
  const action = { ...processPayment(order), created_at };
  expect(await redrive(await parked(action))).toMatchObject({ state: 'redriven' });
  expect(await orchestrator.replyTo(action)).toMatchObject({ status: 'Failed' });
  expect(await sql.ledger(order)).toEqual([]);
});

test('an undo that is redriven is handled when the money is back, not before (rule P2)', async () => {
  const { redrive } = await operator();
  const { orchestrator, sql } = system;
  const order = anOrder();
  const action = processPayment(order);
  await orchestrator.send(action);
  await orchestrator.replyTo(action);
  const undo = compensatePayment(order);
  expect(await redrive(await parked(undo))).toMatchObject({ state: 'redriven' });
  expect(await sql.payment(order)).toMatchObject({ status: 'refunded' });
  expect(await orchestrator.replyTo(undo)).toMatchObject({ status: 'Success' });
  expect(await sql.ledger(order)).toEqual(['charge 9999', 'refund 9999']);
  expect(await disagreements(sql)).toEqual([]);
});

test('what keeps two operators apart reaches the second in words', async () => {
  const { client, redrive } = await operator();
  const id = await parked(processPayment(anOrder()));
  await client.deadLetters.discard.mutate({ id, reason: 'cancelled by hand', expectedVersion: 1 });
  await expect(redrive(id)).rejects.toMatchObject({
    message: expect.stringContaining('is discarded and has version 2, not 1, last by ada@example.com'),
    data: { code: 'CONFLICT', reason: 'CHANGED_MEANWHILE' },
  });
  await expect(
    client.deadLetters.redrive.mutate({ id, reason: 'once more', expectedVersion: 2 }),
  ).rejects.toMatchObject({ data: { code: 'PRECONDITION_FAILED', reason: 'NOT_PARKED' } });
  await expect(
    client.deadLetters.discard.mutate({ id, reason: '  ', expectedVersion: 2 }),
  ).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } });
});
