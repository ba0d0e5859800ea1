import { randomUUID } from 'node:crypto';
import type { InventoryRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import { eventually } from '@order-saga/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCommand, CUP, GRINDER, line, POT, UNKNOWN_PRODUCT } from './given.ts';
import {
  ADMIN_TOKEN,
  brokenProducts,
  type InventorySystem,
  outboxIsEmpty,
  query,
  startInventory,
  waitingForLocks,
} from './inventory-system.ts';

let inventory: InventorySystem;
const client = (token = ADMIN_TOKEN) =>
  createServiceClient<InventoryRouter>({ url: inventory.service.url, token });
beforeAll(async () => {
  inventory = await startInventory();
});
afterAll(async () => {
  await outboxIsEmpty(inventory.databaseUrl);
  expect(await brokenProducts(inventory.databaseUrl)).toEqual([]);
  await inventory.stop();
});

const data = (about: object) => expect.objectContaining({ data: expect.objectContaining(about) });

describe('products', () => {
  test('byIds answers in the order of the ids, null where there is none', async () => {
    const products = await client().products.byIds.query({ ids: [POT, UNKNOWN_PRODUCT, CUP] });
    expect(products.map((product) => product?.id ?? null)).toEqual([POT, null, CUP]);
    expect(products[0]).toMatchObject({ available: 50, reserved: 0, sold: 0 });
    expect(products[0]?.prices).toContainEqual({ currency: 'JPY', minor: 5_900 });
  });

  test('list goes by name, page by page, each product once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { name: string }[]; nextCursor: string | null } =
        await client().products.list.query({ limit: 2, cursor });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['Coffee grinder', 'Espresso cup', 'Moka pot']);
  });
});

describe('restock', () => {
  const restock = (input: { key: string; productId?: string; delta: number }) =>
    client().inventory.restock.mutate({ productId: GRINDER, ...input });

  test('the same key is the same restock, one after the other and all at once', async () => {
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3, 4].map(() => restock({ key, delta: 5 })));
    expect(answers).toEqual(answers.map(() => ({ productId: GRINDER, available: 30 })));
    expect(await restock({ key: randomUUID(), delta: -3 })).toEqual({ productId: GRINDER, available: 27 });
    expect(await restock({ key, delta: 5 })).toEqual({ productId: GRINDER, available: 30 });
    expect((await query(inventory.databaseUrl, 'select from restocks where key = $1', [key])).length).toBe(1);
  });

  test('refuses what it cannot do, with a code and a remedy', async () => {
    const key = randomUUID();
    await expect(restock({ key, delta: -1_000 })).rejects.toEqual(
      data({ reason: 'STOCK_WOULD_BE_NEGATIVE' }),
    );
    await expect(restock({ key, productId: UNKNOWN_PRODUCT, delta: 1 })).rejects.toEqual(
      data({ reason: 'NOT_FOUND', field: 'productId' }),
    );
    await restock({ key, delta: 1 });
    await expect(restock({ key, delta: 2 })).rejects.toEqual(data({ reason: 'IDEMPOTENCY_KEY_REUSED' }));
  });

  test('that waits too long behind a locked product is refused, and nothing of it happens later', async () => {
    const key = randomUUID();
    const restockPot = (suffix: string) => restock({ key: key + suffix, productId: POT, delta: 1 });
    const holder = new pg.Client({ connectionString: inventory.databaseUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from inventory where product_id = $1 for update', [POT]);
    const inTheLanes = [];
    for (const lane of [1, 2]) {
      inTheLanes.push(restockPot(` in lane ${lane}`));
      await eventually(async () => (await waitingForLocks(inventory.databaseUrl)) === lane);
    }
    await expect(restockPot('')).rejects.toEqual(data({ reason: 'OVERLOADED' }));
    await holder.end();
    await Promise.all(inTheLanes);
    expect(await query(inventory.databaseUrl, 'select from restocks where key = $1', [key])).toEqual([]);
  });
});

describe('operators', () => {
  test('see the reservation of an order', async () => {
    const command = aCommand('ReserveInventory', {
      lines: [line(CUP, 2), line(POT, 1)],
      createdAt: new Date().toISOString(),
    });
    await inventory.send(command);
    const { result } = await inventory.reply(command);
    expect(await client().reservations.byOrder.query({ orderId: command.payload.orderId })).toMatchObject({
      id: (result as { reservation_id: string }).reservation_id,
      sagaId: command.sagaId,
      status: 'reserved',
      lines: command.payload.lines,
    });
    expect(await client().reservations.byOrder.query({ orderId: randomUUID() })).toBeNull();
  });

  test('see dead letters and the outbox', async () => {
    await inventory.send('{"not":"a command"}');
    const aCommandAfter = aCommand('CompensateInventory');
    await inventory.send(aCommandAfter);
    await inventory.reply(aCommandAfter);
    const { items } = await client().deadLetters.list.query({});
    expect(items).toMatchObject([{ topic: 'inventory-service-commands', cause: 'UNKNOWN_SHAPE', count: 1 }]);
    const letter = await client().deadLetters.byId.query({ id: items[0]?.id ?? '' });
    expect(letter?.value).toEqual({ encoding: 'utf8', data: '{"not":"a command"}' });
    expect(await client().outbox.stats.query()).toMatchObject({ rows: expect.any(Number) });
  });

  test('need the token', async () => {
    const stranger = client('the-token-of-somebody-else');
    await expect(stranger.products.list.query({})).rejects.toEqual(data({ reason: 'UNAUTHORIZED' }));
    const restock = { key: 'k', productId: CUP, delta: 1 };
    await expect(stranger.inventory.restock.mutate(restock)).rejects.toEqual(
      data({ reason: 'UNAUTHORIZED' }),
    );
  });

  test('seed defect 67: the service answers whether it is alive and whether it can do its job', async () => {
    const { url } = inventory.service;
    expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ status: 'ready' });
  });
});
