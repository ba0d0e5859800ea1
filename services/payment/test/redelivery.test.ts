import { eventually } from '@order-saga/testkit';
import { describe, expect, test } from 'vitest';
import {
  anOrder,
  compensatePayment,
  disagreements,
  Orchestrator,
  processPayment,
  type WireCommand,
} from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();

describe("the seed's messages", () => {
  // Frozen: what the seed's orchestrator sends, to the letter of its field names and types.
  const seedCommand = {
    id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    saga_id: '550e8400-e29b-41d4-a716-446655440000',
    command_type: 'ProcessPayment',
    payload: {
      order_id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      amount: 99.99,
      payment_method: 'credit_card',
    },
    idempotency_key:
      '550e8400-e29b-41d4-a716-446655440000_ProcessPayment_9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  } as const;

  test('a charge and a refund as the seed asks for them are answered as the seed answers them', async () => {
    await system.start({ env: { PAYMENT_DECLINE_SHARE: '0' } });
    const action: WireCommand = { ...seedCommand, created_at: new Date().toISOString() };
    await system.orchestrator.send(action);
    const reply = await system.orchestrator.replyTo(action);
    expect(reply).toMatchObject({
      command_id: seedCommand.id,
      saga_id: seedCommand.saga_id,
      status: 'Success',
      error: null,
      result: {
        order_id: seedCommand.payload.order_id,
        amount: 99.99,
        status: 'processed',
        payment_method: 'credit_card',
      },
    });
    expect(Object.keys(reply)).toEqual([
      'id',
      'command_id',
      'saga_id',
      'status',
      'result',
      'error',
      'created_at',
    ]);

    const undo: WireCommand = {
      ...action,
      id: '16fd2706-8baf-433b-82eb-8c7fada847da',
      command_type: 'CompensatePayment',
      idempotency_key:
        '550e8400-e29b-41d4-a716-446655440000_CompensatePayment_1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
    };
    await system.orchestrator.send(undo);
    expect(await system.orchestrator.replyTo(undo)).toMatchObject({
      status: 'Success',
      result: { refunded: true },
    });
  });

  test('a payment that the provider declines is answered with the words of the seed', async () => {
    await system.start({ env: { PAYMENT_DECLINE_SHARE: '1' } });
    const action: WireCommand = { ...seedCommand, created_at: new Date().toISOString() };
    await system.orchestrator.send(action);
    const reply = await system.orchestrator.replyTo(action);
    expect(reply).toMatchObject({ status: 'Failed', result: null, error_code: 'PAYMENT_DECLINED' });
    expect(reply.error).toMatch(/^Payment processing failed/);
  });
});

describe('a redelivered command', () => {
  test.each([
    ['test_approve', 'Success'],
    ['test_decline', 'Failed'],
  ])(
    'seed defects 15 and 18: %s is answered with the byte-identical %s, also after a restart',
    async (method, status) => {
      const { orchestrator, sql } = system;
      const first = await system.start();
      const order = anOrder(method);
      const action = processPayment(order);
      await orchestrator.send(action);
      expect((await orchestrator.replyTo(action)).status).toBe(status);
      await orchestrator.send(action, action);
      await orchestrator.replyTo(action, 3);
      await first.stop();

      await system.start({ env: { PAYMENT_DECLINE_SHARE: '1' } });
      await orchestrator.send(action);
      await orchestrator.replyTo(action, 4);
      expect(new Set(orchestrator.repliesTo(action)).size).toBe(1);
      expect(await sql.ledger(order)).toEqual([status === 'Success' ? 'charge 9999' : 'decline 9999']);
    },
  );

  test('an undo is answered with the byte-identical reply, and refunds once', async () => {
    const { orchestrator, sql } = system;
    await system.start();
    const order = anOrder();
    const action = processPayment(order);
    await orchestrator.send(action);
    await orchestrator.replyTo(action);
    const undo = compensatePayment(order);
    await orchestrator.send(undo, undo);
    await orchestrator.replyTo(undo);
    await orchestrator.send(undo);
    await eventually(() => orchestrator.repliesTo(undo).length >= 2);
    expect(new Set(orchestrator.repliesTo(undo)).size).toBe(1);
    expect(await sql.ledger(order)).toEqual(['charge 9999', 'refund 9999']);
    expect(orchestrator.events.map(({ event_type }) => event_type)).toEqual([
      'PaymentProcessed',
      'PaymentRefunded',
    ]);
  });

  test('seed defect 24: concurrent duplicates in two processes charge once and get one answer', async () => {
    const { orchestrator, sql } = system;
    const elsewhere = new Orchestrator();
    await system.start({ env: { INSTANCE_NAME: 'one' } });
    await system.start({ broker: elsewhere.broker, env: { INSTANCE_NAME: 'two' } });
    const orders = Array.from({ length: 100 }, () => anOrder());
    const actions = orders.map((order) => processPayment(order));
    await Promise.all([orchestrator.send(...actions), elsewhere.send(...actions.toReversed())]);
    for (const action of actions) {
      const texts = await eventually(() => {
        const found = [...orchestrator.repliesTo(action), ...elsewhere.repliesTo(action)];
        expect(found.length).toBeGreaterThan(0);
        return found;
      });
      expect(new Set(texts).size).toBe(1);
    }
    for (const order of orders) expect(await sql.ledger(order)).toEqual(['charge 9999']);
    expect(await disagreements(sql)).toEqual([]);
    await elsewhere.broker.close();
  });

  test("an operator's retry, with a new epoch, finds the charge made and makes no second one (rule P4)", async () => {
    const { orchestrator, sql } = system;
    await system.start();
    const order = anOrder();
    const [first, second] = [processPayment(order, 0), processPayment(order, 1)];
    await orchestrator.send(first);
    const answered = await orchestrator.replyTo(first);
    await orchestrator.send(second);
    expect((await orchestrator.replyTo(second)).result).toEqual(answered.result);
    expect(await sql.ledger(order)).toEqual(['charge 9999']);
  });
});
