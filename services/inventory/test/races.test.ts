import type { InventoryCommand } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCommand, CUP, GRINDER, line, POT } from './given.ts';
import {
  brokenProducts,
  type InventorySystem,
  outboxIsEmpty,
  query,
  startInventory,
  stockOf,
  waitingForLocks,
} from './inventory-system.ts';

/** Two processes with two lanes each on one database, as after a rebalance that one of them has not noticed. */
let one: InventorySystem;
let two: InventorySystem;
beforeAll(async () => {
  one = await startInventory({ batchCap: 20 });
  two = await startInventory({ databaseUrl: one.databaseUrl, batchCap: 20 });
});
afterAll(async () => {
  await outboxIsEmpty(one.databaseUrl);
  expect(await brokenProducts(one.databaseUrl)).toEqual([]);
  await Promise.all([one.stop(), two.stop()]);
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const reserve = (lines: InventoryCommand['payload']['lines']) =>
  aCommand('ReserveInventory', { lines, createdAt: new Date().toISOString() });
const next = (type: InventoryCommand['type'], { sagaId, payload }: InventoryCommand) =>
  aCommand(type, { sagaId, orderId: payload.orderId });

/** Each line of products in another order, so that rows locked as they come would deadlock. */
const someLines = (index: number) => {
  const lines = [line(CUP, 1), line(POT, 1), line(GRINDER, 1)];
  return index % 2 === 0 ? lines : lines.reverse();
};

describe('two processes on one database', () => {
  test('seed defect 54: 80 orders for 25 pieces get 25 of them', async () => {
    const commands = range(80).map(() => reserve([line(GRINDER, 1)]));
    await Promise.all([one.send(...commands.slice(0, 40)), two.send(...commands.slice(40))]);
    const replies = await Promise.all(
      commands.map((command, index) => (index < 40 ? one : two).reply(command)),
    );
    expect(replies.filter(({ status }) => status === 'Success').length).toBe(25);
    expect(await stockOf(one.databaseUrl, GRINDER)).toEqual({ available: 0, reserved: 25, sold: 0 });

    const held = commands.filter((_, index) => replies[index]?.status === 'Success');
    const undone = held.map((command) => next('CompensateInventory', command));
    await Promise.all([one.send(...undone), two.send(...undone)]);
    await Promise.all(undone.map((command) => two.reply(command)));
    expect(await stockOf(one.databaseUrl, GRINDER)).toEqual({ available: 25, reserved: 0, sold: 0 });
  });

  test('seed defects 18 and 26: a command that runs in both at once has one effect and one answer, to the letter', async () => {
    const commands = range(60).map((index) => reserve(someLines(index).slice(0, 2)));
    await Promise.all([one.send(...commands), two.send(...commands)]);
    for (const command of commands) {
      expect(await two.replies(command.id)).toEqual(await one.replies(command.id));
    }
    const undone = commands.map((command) => next('CompensateInventory', command));
    await one.send(...undone);
    await Promise.all(undone.map((command) => one.reply(command)));
  });

  test('seed defect 55: an action and its undo that race leave nothing reserved, however they meet', async () => {
    const actions = range(150).map((index) => reserve(someLines(index)));
    const undos = actions.map((action) => next('CompensateInventory', action));
    await Promise.all([one.send(...actions), two.send(...undos), two.send(...actions), one.send(...undos)]);
    for (const [index, action] of actions.entries()) {
      const undo = undos[index] as InventoryCommand;
      expect(await two.replies(action.id)).toEqual(await one.replies(action.id));
      expect(await two.replies(undo.id)).toEqual(await one.replies(undo.id));
    }
    const left = await query(
      one.databaseUrl,
      "select order_id from reservations where status not in ('released', 'tombstone')",
    );
    expect(left).toEqual([]);
    for (const product of [CUP, POT, GRINDER])
      expect((await stockOf(one.databaseUrl, product)).reserved).toBe(0);
  });

  test('confirmations in both at once sell each piece once', async () => {
    const actions = range(10).map((index) => reserve(someLines(index)));
    await one.send(...actions);
    await Promise.all(actions.map((action) => one.reply(action)));
    const confirmations = actions.map((action) => next('ConfirmInventory', action));
    await Promise.all([one.send(...confirmations), two.send(...confirmations)]);
    await Promise.all(confirmations.flatMap((command) => [one.reply(command), two.reply(command)]));
    expect(await stockOf(one.databaseUrl, CUP)).toEqual({ available: 90, reserved: 0, sold: 10 });
  });

  test('what another process is changing is decided on once that is committed', async () => {
    const held = reserve([line(CUP, 1)]);
    const alsoHeld = reserve([line(CUP, 1)]);
    await one.send(held, alsoHeld);
    await one.reply(alsoHeld);
    const late = reserve([line(GRINDER, 1)]);
    const undo = next('CompensateInventory', held);
    const other = new pg.Client({ connectionString: one.databaseUrl });
    await other.connect();
    await other.query('begin');
    await other.query("update reservations set status = 'released' where order_id = $1", [
      held.payload.orderId,
    ]);
    await other.query(
      `update inventory set available_quantity = available_quantity + 1, reserved_quantity = reserved_quantity - 1
       where product_id = $1`,
      [CUP],
    );
    await other.query(
      `with gone as (select * from inventory where product_id = $1),
            emptied as (update inventory set available_quantity = 0 where product_id = $1)
       insert into restocks (key, product_id, delta, available_after)
       select 'all gone', product_id, -available_quantity, 0 from gone`,
      [GRINDER],
    );
    await Promise.all([one.send(undo), two.send(late)]);
    await eventually(async () => (await waitingForLocks(one.databaseUrl)) === 2);
    await other.query('commit');
    await other.end();
    expect(await one.reply(undo)).toMatchObject({ status: 'Success' });
    expect(await two.reply(late)).toMatchObject({ errorCode: 'INSUFFICIENT_INVENTORY' });
  });

  test('rows are locked before they are decided on, and in one order: no deadlock, no stale decision', async () => {
    for (const system of [one, two]) {
      const metrics = await (await fetch(`${system.service.url}/metrics`)).text();
      expect(metrics).toContain('order_saga_turn_reruns_total');
      // Deadlock; stock below zero; a reservation that somebody else had turned meanwhile.
      for (const cause of ['40P01', '23514', 'SG001']) expect(metrics).not.toContain(`cause="${cause}"`);
    }
  });
});
