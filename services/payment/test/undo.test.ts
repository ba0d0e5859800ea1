import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { anOrder, compensatePayment, disagreements, processPayment } from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();

test('seed defects 27 and 57: an undo before its action moves nothing, succeeds, and the late action is refused', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder();
  const [undo, action] = [compensatePayment(order), processPayment(order)];
  await orchestrator.send(undo);
  expect(await orchestrator.replyTo(undo)).toMatchObject({
    status: 'Success',
    result: { refunded: true, refunded_minor: 0 },
  });
  await orchestrator.send(action);
  expect(await orchestrator.replyTo(action)).toMatchObject({
    status: 'Failed',
    error_code: 'PAYMENT_CANCELLED',
  });
  expect((await sql.payment(order))?.status).toBe('tombstone');
  expect(await sql.ledger(order)).toEqual(['void 0']);
});

test('an undo of a charge that is never answered voids it; the waiting action is answered Failed', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder('test_never');
  const [action, undo] = [processPayment(order), compensatePayment(order)];
  await orchestrator.send(action);
  await eventually(async () => (await sql.payment(order))?.status === 'pending');
  await orchestrator.send(undo);
  expect(await orchestrator.replyTo(undo)).toMatchObject({
    status: 'Success',
    result: { refunded_minor: 0 },
  });
  expect(await orchestrator.replyTo(action)).toMatchObject({
    status: 'Failed',
    error_code: 'PAYMENT_CANCELLED',
  });
  expect((await sql.payment(order))?.status).toBe('voided');
});

test('a charge that is under way when its undo comes cannot land after the void (rule P2)', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder('test_late');
  const [action, undo] = [processPayment(order), compensatePayment(order)];
  await orchestrator.send(action);
  await eventually(async () => (await sql.payment(order))?.status === 'pending');
  await orchestrator.send(undo);
  expect((await orchestrator.replyTo(undo)).status).toBe('Success');
  expect((await orchestrator.replyTo(action)).status).toBe('Failed');
  // The late charge has been refused by the provider once its answer was counted as ignored.
  const late = anOrder('test_late');
  await orchestrator.send(processPayment(late));
  await eventually(async () => (await sql.payment(late))?.status === 'processed');
  expect((await sql.payment(order))?.status).toBe('voided');
  expect(await sql.ledger(order)).toEqual(['void 0']);
  expect(await disagreements(sql)).toEqual([]);
});

test('action and undo sent together end refunded, voided or a tombstone, and never captured', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const orders = Array.from({ length: 60 }, () => anOrder());
  const pairs = orders.map((order) => ({
    order,
    action: processPayment(order),
    undo: compensatePayment(order),
  }));
  await orchestrator.send(
    ...pairs.flatMap(({ action, undo }, index) => (index % 2 === 0 ? [action, undo] : [undo, action])),
  );
  for (const { order, action, undo } of pairs) {
    expect((await orchestrator.replyTo(undo)).status).toBe('Success');
    await orchestrator.replyTo(action);
    expect((await sql.payment(order))?.status).toMatch(/refunded|voided|tombstone|declined/);
  }
  expect(await disagreements(sql)).toEqual([]);
  const [net] = await sql.rows<{ net: string }>(
    'select sum(captured_minor - refunded_minor) as net from payments',
  );
  expect(Number(net?.net)).toBe(0);
});

test('seed defect 25: a ProcessPayment that comes after the refund is refused', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder();
  const [action, undo, late] = [processPayment(order), compensatePayment(order), processPayment(order, 1)];
  await orchestrator.send(action);
  await orchestrator.replyTo(action);
  await orchestrator.send(undo);
  await orchestrator.replyTo(undo);
  await orchestrator.send(late);
  expect(await orchestrator.replyTo(late)).toMatchObject({
    status: 'Failed',
    error_code: 'PAYMENT_CANCELLED',
  });
  expect(await sql.ledger(order)).toEqual(['charge 9999', 'refund 9999']);
});

test('seed defect 57: the refund of a declined payment succeeds and moves nothing', async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder('test_decline');
  const [action, undo] = [processPayment(order), compensatePayment(order)];
  await orchestrator.send(action);
  expect((await orchestrator.replyTo(action)).status).toBe('Failed');
  await orchestrator.send(undo);
  expect(await orchestrator.replyTo(undo)).toMatchObject({
    status: 'Success',
    result: { refunded_minor: 0 },
  });
  expect((await sql.payment(order))?.status).toBe('declined');
  expect(orchestrator.events.map(({ event_type }) => event_type)).toEqual(['PaymentDeclined']);
});

test("a foreign saga can neither charge nor refund another saga's order (rule P5)", async () => {
  const { orchestrator, sql } = system;
  await system.start();
  const order = anOrder();
  const action = processPayment(order);
  await orchestrator.send(action);
  await orchestrator.replyTo(action);

  const stranger = { ...anOrder(), orderId: order.orderId };
  const [foreignUndo, foreignAction] = [compensatePayment(stranger), processPayment(stranger)];
  await orchestrator.send(foreignUndo);
  expect(await orchestrator.replyTo(foreignUndo)).toMatchObject({
    status: 'Success',
    result: { refunded_minor: 0 },
  });
  await orchestrator.send(foreignAction);
  expect(await orchestrator.replyTo(foreignAction)).toMatchObject({
    status: 'Failed',
    error_code: 'ORDER_OF_ANOTHER_SAGA',
  });
  expect(await sql.payment(order)).toMatchObject({ status: 'processed', refunded_minor: '0' });
  expect(await sql.ledger(stranger)).toEqual([]);
});
