import type { PaymentRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { ADMIN_TOKEN, anOrder, processPayment } from './participant.ts';
import { paymentSystem } from './system.ts';

const system = paymentSystem();

test('payments are found by their order, and listed newest first in pages', async () => {
  const { orchestrator } = system;
  const { url } = await system.start();
  const client = createServiceClient<PaymentRouter>({ url, token: ADMIN_TOKEN });
  const orders = [anOrder(), anOrder('test_decline'), anOrder(), anOrder(), anOrder()];
  for (const order of orders) {
    const action = processPayment(order);
    await orchestrator.send(action);
    await orchestrator.replyTo(action);
  }
  const [first, declined] = orders;
  expect(await client.payments.byOrder.query({ orderId: first?.orderId ?? '' })).toMatchObject({
    id: first?.paymentId,
    sagaId: first?.sagaId,
    amount: { minor: 9_999, currency: 'USD' },
    method: 'test_approve',
    status: 'processed',
    capturedMinor: 9_999,
    refundedMinor: 0,
    declineCode: null,
  });
  expect(await client.payments.byOrder.query({ orderId: anOrder().orderId })).toBeNull();

  const listed: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.payments.list.query({ limit: 2, cursor });
    listed.push(...page.items.map(({ orderId }) => orderId));
    cursor = page.nextCursor;
  }
  expect(listed).toEqual(orders.map(({ orderId }) => orderId).toReversed());
  const { items } = await client.payments.list.query({ status: 'declined' });
  expect(items.map(({ orderId, declineCode }) => [orderId, declineCode])).toEqual([
    [declined?.orderId, 'INSUFFICIENT_FUNDS'],
  ]);
  expect((await client.deadLetters.list.query({})).items).toEqual([]);
  await eventually(async () => (await client.outbox.stats.query()).rows === 0);
});

test('nothing is told without the token', async () => {
  const { url } = await system.start();
  const stranger = createServiceClient<PaymentRouter>({ url, token: 'not the token at all' });
  await expect(stranger.payments.list.query({})).rejects.toThrow(/bearer token/);
});

test('seed defect 67: health, readiness and metrics; without its broker the service is degraded and goes on', async () => {
  const { orchestrator } = system;
  const { url } = await system.start();
  expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
  expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ status: 'ready' });

  const action = processPayment(anOrder());
  await orchestrator.send(action);
  await orchestrator.replyTo(action);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/order_saga_payment_messages_total\{[^}]*outcome="processed"[^}]*\} 1/);
  expect(metrics).toMatch(/order_saga_provider_calls_total\{[^}]*result="answered"[^}]*\} 1/);

  orchestrator.broker.setOutage('gone');
  await eventually(async () => {
    const ready = await fetch(`${url}/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'degraded' });
  });
});
