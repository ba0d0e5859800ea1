import { describeWithKafka } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CUP,
  getOrder,
  operatorOf,
  readOrder,
  setAvailable,
  stockOf,
  UNKNOWN_PRODUCT,
  type WholeSystem,
} from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';
import { SeedOrchestrator } from './set-up/seed-orchestrator.ts';
import { ReplyListener, Wire } from './set-up/wire.ts';

describeWithKafka("our services, commanded by the seed's orchestrator,", () => {
  let system: WholeSystem;
  let wire: Wire;
  const replies = new ReplyListener();
  beforeAll(async () => {
    system = sharedSystem();
    wire = new Wire(system);
    await replies.start(wire);
    await setAvailable(system, CUP, 20);
  });
  afterAll(() => wire?.close());
  keepInvariants(() => system);

  const saga = (payment = 'credit_card', product = CUP) =>
    new SeedOrchestrator(wire, replies, { product, quantity: 2, amount: 99.99, payment });

  test('carry an order to its approval', async () => {
    const seed = saga();
    const before = await stockOf(system, CUP);
    expect(await seed.command('CreateOrder')).toMatchObject({ status: 'Success', error: null });
    expect(await seed.command('ProcessPayment')).toMatchObject({
      status: 'Success',
      result: { order_id: seed.orderId, payment_method: 'credit_card', status: 'processed' },
      error: null,
    });
    expect(await seed.command('ReserveInventory')).toMatchObject({
      status: 'Success',
      result: { reserved: true, quantity: 2 },
      error: null,
    });
    expect(await seed.command('ApproveOrder')).toMatchObject({ status: 'Success', error: null });

    expect(await getOrder(system, seed.orderId)).toMatchObject({ status: 'approved', saga_id: null });
    expect(await readOrder(system, seed.orderId)).toMatchObject({
      status: 'APPROVED',
      saga: null,
      payment: { status: 'PROCESSED', captured: { amount: '99.99' } },
    });
    // The seed has no command that sells the stock.
    expect(await stockOf(system, CUP)).toEqual({
      ...before,
      available: before.available - 2,
      reserved: before.reserved + 2,
    });
  });

  test('answer its undos with Success, and undo everything', async () => {
    const seed = saga();
    const before = await stockOf(system, CUP);
    for (const action of ['CreateOrder', 'ProcessPayment', 'ReserveInventory'] as const) {
      expect(await seed.command(action)).toMatchObject({ status: 'Success' });
    }
    expect(await seed.command('CompensateInventory')).toMatchObject({
      status: 'Success',
      result: { compensated: true },
    });
    expect(await seed.command('CompensatePayment')).toMatchObject({
      status: 'Success',
      result: { refunded: true },
    });
    expect(await seed.command('CancelOrder')).toMatchObject({ status: 'Success' });

    expect(await getOrder(system, seed.orderId)).toMatchObject({ status: 'cancelled' });
    expect(await stockOf(system, CUP)).toEqual(before);
    expect(await operatorOf(system).payment.payments.byOrder.query({ orderId: seed.orderId })).toMatchObject({
      status: 'refunded',
      capturedMinor: 9_999,
      refundedMinor: 9_999,
    });
  });

  test('refuse in its words', async () => {
    const declined = saga('test_decline');
    expect(await declined.command('ProcessPayment')).toMatchObject({
      status: 'Failed',
      result: null,
      error: expect.stringMatching(/^Payment processing failed/),
    });
    const unknown = saga('credit_card', UNKNOWN_PRODUCT);
    expect(await unknown.command('ReserveInventory')).toMatchObject({
      status: 'Failed',
      result: null,
      error: 'Product not found',
    });
    const greedy = new SeedOrchestrator(wire, replies, {
      product: CUP,
      quantity: 1_000,
      amount: 99.99,
      payment: 'credit_card',
    });
    expect(await greedy.command('ReserveInventory')).toMatchObject({
      status: 'Failed',
      error: 'Insufficient inventory',
    });
  });

  test('answer a command that comes again with the same reply, to the letter', async () => {
    const seed = saga();
    for (const action of ['CreateOrder', 'ProcessPayment', 'ReserveInventory'] as const) {
      const command = seed.build(action);
      await seed.send(command);
      await replies.to(command.id);
      await seed.send(command);
      expect(new Set(await replies.to(command.id, 2)).size).toBe(1);
    }
    // Another command under another key for what is done already is answered from what was done.
    expect(await seed.command('ProcessPayment')).toMatchObject({ status: 'Success' });
    expect(await operatorOf(system).payment.payments.byOrder.query({ orderId: seed.orderId })).toMatchObject({
      status: 'processed',
      capturedMinor: 9_999,
    });
  });

  test('have nothing to do with its sagas: their replies are ignored, and are no dead letters', async () => {
    const letters = await operatorOf(system).order.deadLetters.list.query({ limit: 100 });
    const seed = saga();
    await seed.command('CreateOrder');
    await expectInvariants(system);
    expect(await operatorOf(system).order.sagas.byId.query({ id: seed.sagaId })).toBeNull();
    expect(await operatorOf(system).order.deadLetters.list.query({ limit: 100 })).toEqual(letters);
    const metrics = await (await fetch(`${system.urls.order}/metrics`)).text();
    expect(metrics).toMatch(/ignored_messages_total\{[^}]*cause="unknown-saga"[^}]*\} [1-9]/);
    await seed.command('CancelOrder');
  });
});
