import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@order-saga/local-infra';
import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { SERVICES } from '../src/system/services.ts';
import { startSystem } from '../src/system/system.ts';

const DEMO_PRODUCT = '11111111-1111-1111-1111-111111111111';

test('without Kafka all services share one process, and an order still ends approved', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'order-saga-one-process-'));
  const names = [...SERVICES.map(({ name }) => name), 'postgres' as const];
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  const env = { PAYMENT_DECLINE_SHARE: '0' };
  const system = await startSystem({ dataDir, broker: 'memory', ports, env, fsync: false });
  try {
    expect(system.processes.map(({ name }) => name)).toEqual(['postgres', 'all']);
    const answer = await fetch(`${system.urls.order}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        customer_id: '550e8400-e29b-41d4-a716-446655440000',
        product_id: DEMO_PRODUCT,
        quantity: 2,
        total_amount: 99.99,
      }),
    });
    const { order_id } = (await answer.json()) as { order_id: string };
    await eventually(async () => {
      const order = await (await fetch(`${system.urls.order}/orders/${order_id}`)).json();
      expect(order).toMatchObject({ status: 'approved', failure_reason: null });
    });
  } finally {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
