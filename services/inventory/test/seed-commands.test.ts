import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP } from './given.ts';
import {
  brokenProducts,
  type InventorySystem,
  outboxIsEmpty,
  startInventory,
  statusOf,
  stockOf,
} from './inventory-system.ts';

/** Commands as the seed's orchestrator writes them, frozen to the letter; what it reads in a reply is checked by value. */
let inventory: InventorySystem;
beforeAll(async () => {
  inventory = await startInventory();
});
afterAll(async () => {
  await outboxIsEmpty(inventory.databaseUrl);
  expect(await brokenProducts(inventory.databaseUrl)).toEqual([]);
  await inventory.stop();
});

const SAGA = '6f0f4c36-7a40-4d0e-9d6c-5a8fd7f3a001';
const ORDER = '6f0f4c36-7a40-4d0e-9d6c-5a8fd7f3a002';
const now = new Date().toISOString().replace('Z', '123456+00:00');

const seedCommand = (about: {
  id: string;
  type: string;
  productId?: string;
  quantity?: number;
  orderId?: string;
  sagaId?: string;
}) =>
  `{"id":"${about.id}","saga_id":"${about.sagaId ?? SAGA}","command_type":"${about.type}","payload":{"order_id":"${about.orderId ?? ORDER}","product_id":"${about.productId ?? CUP}","quantity":${about.quantity ?? 2}},"idempotency_key":"${about.sagaId ?? SAGA}-${about.type}-0d0a3f0e-9f5a-4f7d-8f5a-${about.id.slice(-12)}","created_at":"${now}"}`;

const answerTo = async (id: string) => JSON.parse((await inventory.replies(id))[0] as string);

describe('the orchestrator of the seed', () => {
  test('reserves and releases, and reads what its own inventory service would have answered', async () => {
    const reserve = '6f0f4c36-7a40-4d0e-9d6c-000000000001';
    await inventory.send(seedCommand({ id: reserve, type: 'ReserveInventory' }));
    expect(await answerTo(reserve)).toMatchObject({
      command_id: reserve,
      saga_id: SAGA,
      status: 'Success',
      result: { reserved: true, quantity: 2 },
      error: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await stockOf(inventory.databaseUrl, CUP)).toEqual({ available: 98, reserved: 2, sold: 0 });

    const release = '6f0f4c36-7a40-4d0e-9d6c-000000000002';
    await inventory.send(seedCommand({ id: release, type: 'CompensateInventory' }));
    expect(await answerTo(release)).toMatchObject({ status: 'Success', result: { compensated: true } });
    expect(await stockOf(inventory.databaseUrl, CUP)).toEqual({ available: 100, reserved: 0, sold: 0 });
    expect(await statusOf(inventory.databaseUrl, ORDER)).toBe('released');
  });

  test.each([
    {
      why: 'Product not found',
      id: '6f0f4c36-7a40-4d0e-9d6c-000000000003',
      productId: '99999999-9999-9999-9999-999999999999',
    },
    { why: 'Insufficient inventory', id: '6f0f4c36-7a40-4d0e-9d6c-000000000004', quantity: 101 },
  ])('is refused in the words of the seed: $why', async ({ why, id, ...about }) => {
    const orderId = id.replace('6f0f4c36', '7e0e4c36');
    const sagaId = id.replace('6f0f4c36', '8d0d4c36');
    await inventory.send(seedCommand({ id, type: 'ReserveInventory', orderId, sagaId, ...about }));
    expect(await answerTo(id)).toMatchObject({ status: 'Failed', result: null, error: why });
    expect(await statusOf(inventory.databaseUrl, orderId)).toBeUndefined();
  });

  test('seed defect 14: a reservation and its release are told on inventory-events', async () => {
    const events = inventory.events(ORDER);
    expect(events.map((event) => event.event_type)).toEqual(['InventoryReserved', 'InventoryReleased']);
    expect(events[0]).toMatchObject({ saga_id: SAGA, lines: [{ product_id: CUP, quantity: 2 }] });
  });

  test('seed defect 52: a negative quantity does not decode and adds no stock', async () => {
    const id = '6f0f4c36-7a40-4d0e-9d6c-000000000005';
    const before = await stockOf(inventory.databaseUrl, CUP);
    const orderId = '7e0e4c36-7a40-4d0e-9d6c-000000000005';
    await inventory.send(seedCommand({ id, type: 'ReserveInventory', quantity: -5, orderId }));
    const after = '6f0f4c36-7a40-4d0e-9d6c-000000000006';
    await inventory.send(seedCommand({ id: after, type: 'CompensateInventory' }));
    await answerTo(after);
    expect(await stockOf(inventory.databaseUrl, CUP)).toEqual(before);
  });
});
