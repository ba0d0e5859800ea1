import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@order-saga/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aCommand, CUP, line, POT } from './given.ts';
import {
  brokenProducts,
  type InventorySystem,
  outboxIsEmpty,
  query,
  startInventory,
  statusOf,
  stockOf,
} from './inventory-system.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const reserve = (productId: string, quantity = 1) =>
  aCommand('ReserveInventory', { lines: [line(productId, quantity)], createdAt: new Date().toISOString() });

let inventory: InventorySystem;
beforeEach(async () => {
  inventory = await startInventory();
});
afterEach(async () => {
  await outboxIsEmpty(inventory.databaseUrl);
  expect(await brokenProducts(inventory.databaseUrl)).toEqual([]);
  await inventory.stop();
});

const deadLetters = (count: number) =>
  eventually(async () => {
    const found = await query<{ cause: string; value: Buffer; count: number }>(
      inventory.databaseUrl,
      'select cause, value, count from dead_letters order by cause',
    );
    expect(found.length).toBe(count);
    return found;
  });

describe('a message at fault', () => {
  test('seed defect 10: what does not decode is a dead letter with its cause, and its neighbours are served', async () => {
    const good = reserve(CUP);
    const nul = JSON.stringify({ ...JSON.parse(seedText()), idempotency_key: 'a\u0000b' });
    const noTime = JSON.stringify({ ...JSON.parse(seedText()), created_at: 'yesterday' });
    await inventory.send('not JSON', '{"command_type":"SellEverything"}', nul, noTime, good);
    expect(await inventory.reply(good)).toMatchObject({ status: 'Success' });
    const letters = await deadLetters(4);
    expect(letters.map(({ cause }) => cause)).toEqual([
      'NOT_JSON',
      'UNKNOWN_SHAPE',
      'UNKNOWN_SHAPE',
      'UNKNOWN_SHAPE',
    ]);
    await inventory.send('not JSON');
    await eventually(async () => (await deadLetters(4)).some(({ count }) => count === 2));
  });

  test('seed defect 32: a business no is answered, a passing fault tried again, an unknown command a dead letter', async () => {
    const no = reserve('99999999-9999-9999-9999-999999999999');
    const passing = reserve(CUP);
    await query(inventory.databaseUrl, 'alter table reservations rename to reservations_away');
    await inventory.send(no, passing, '{"command_type":"SellEverything"}');
    await deadLetters(1);
    await query(inventory.databaseUrl, 'alter table reservations_away rename to reservations');
    expect(await inventory.reply(no)).toMatchObject({ status: 'Failed', errorCode: 'PRODUCT_NOT_FOUND' });
    expect(await inventory.reply(passing)).toMatchObject({ status: 'Success' });
    expect((await deadLetters(1))[0]).toMatchObject({ cause: 'UNKNOWN_SHAPE' });
  });

  test('what the database refuses is parked alone; the others of its batch are served once each', async () => {
    const poison = reserve(CUP);
    await query(
      inventory.databaseUrl,
      `create function refuse() returns trigger language plpgsql as $$
       begin raise exception 'no such order' using errcode = '22023'; end $$`,
    );
    await query(
      inventory.databaseUrl,
      `create trigger refuse before insert on reservations for each row
       when (new.order_id = '${poison.payload.orderId}') execute function refuse()`,
    );
    const good = range(30).map(() => reserve(CUP));
    await inventory.send(...good.slice(0, 15), poison, ...good.slice(15));
    for (const command of good) expect(await inventory.reply(command)).toMatchObject({ status: 'Success' });
    const [letter] = await deadLetters(1);
    expect(letter).toMatchObject({ cause: 'SQLSTATE_22023', count: 1 });
    expect(String(letter?.value)).toContain(poison.id);
    expect(await statusOf(inventory.databaseUrl, poison.payload.orderId)).toBeUndefined();
    expect((await stockOf(inventory.databaseUrl, CUP)).reserved).toBe(30);
  });
});

describe('a database that goes away', () => {
  test('while commands come in costs no command and takes no stock twice', async () => {
    const commands = range(120).map((index) => reserve(index % 2 === 0 ? CUP : POT));
    let isOver = false;
    const kills = (async () => {
      while (!isOver) {
        await query(
          inventory.databaseUrl,
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await delay(30);
      }
    })();
    for (let index = 0; index < commands.length; index += 10) {
      await inventory.send(...commands.slice(index, index + 10));
      await delay(15);
    }
    isOver = true;
    await kills;
    for (const command of commands)
      expect((await inventory.reply(command)).status).toMatch(/^Success$|^Failed$/);
    expect(await stockOf(inventory.databaseUrl, CUP)).toEqual({ available: 40, reserved: 60, sold: 0 });
    expect(await stockOf(inventory.databaseUrl, POT)).toEqual({ available: 0, reserved: 50, sold: 0 });
    await deadLetters(0);
    const metrics = await (await fetch(`${inventory.service.url}/metrics`)).text();
    expect(metrics, 'no connection was lost: nothing was tested').toContain('order_saga_turn_reruns_total{');
  });
});

const seedText = () =>
  `{"id":"6f0f4c36-7a40-4d0e-9d6c-000000000009","saga_id":"6f0f4c36-7a40-4d0e-9d6c-5a8fd7f3a009","command_type":"ReserveInventory","payload":{"order_id":"6f0f4c36-7a40-4d0e-9d6c-5a8fd7f3a00a","product_id":"${CUP}","quantity":1},"idempotency_key":"key","created_at":"2026-01-01T00:00:00Z"}`;
