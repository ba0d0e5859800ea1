import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCommand, CUP, line, POT, UNKNOWN_PRODUCT } from './given.ts';
import {
  brokenProducts,
  type InventorySystem,
  outboxIsEmpty,
  query,
  startInventory,
  statusOf,
  stockOf,
} from './inventory-system.ts';

const now = () => new Date().toISOString();
const reserve = (about: Parameters<typeof aCommand>[1] = {}) =>
  aCommand('ReserveInventory', { createdAt: now(), ...about });
const compensate = (about: Parameters<typeof aCommand>[1]) => aCommand('CompensateInventory', about);
const confirm = (about: Parameters<typeof aCommand>[1]) => aCommand('ConfirmInventory', about);
const same = (command: ReturnType<typeof aCommand>) => ({
  sagaId: command.sagaId,
  orderId: command.payload.orderId,
});

let inventory: InventorySystem;
beforeAll(async () => {
  inventory = await startInventory();
});
afterAll(async () => {
  await outboxIsEmpty(inventory.databaseUrl);
  expect(await brokenProducts(inventory.databaseUrl)).toEqual([]);
  await inventory.stop();
});

describe('a command that is delivered again', () => {
  test('gets its reply to the letter and takes no more stock', async () => {
    const command = reserve({ lines: [line(CUP, 3)] });
    await inventory.send(command, command);
    await inventory.send(command);
    const texts = await inventory.replies(command.id, 3);
    expect(new Set(texts).size).toBe(1);
    expect((await stockOf(inventory.databaseUrl, CUP)).reserved).toBe(3);
  });

  test('seed defect 15: a refusal stays a refusal, also once the reason for it is gone', async () => {
    const { available } = await stockOf(inventory.databaseUrl, POT);
    const holder = reserve({ lines: [line(POT, available)] });
    await inventory.send(holder);
    await inventory.reply(holder);
    const command = reserve({ lines: [line(POT, 1)] });
    await inventory.send(command);
    const [first] = await inventory.replies(command.id);
    expect(JSON.parse(first as string)).toMatchObject({
      status: 'Failed',
      error_code: 'INSUFFICIENT_INVENTORY',
    });

    const undo = compensate(same(holder));
    await inventory.send(undo);
    await inventory.reply(undo);
    await inventory.send(command);
    const texts = await inventory.replies(command.id, 2);
    expect(texts[1]).toBe(first);
  });

  test('seed defect 16: the inbox holds what came of a command, a refusal too, and its reply', async () => {
    const refused = reserve({ lines: [line(UNKNOWN_PRODUCT, 1)] });
    await inventory.send(refused);
    const [reply] = await inventory.replies(refused.id);
    expect(
      await query(
        inventory.databaseUrl,
        'select command_id, outcome, reply from processed_commands where idempotency_key = $1',
        [refused.idempotencyKey],
      ),
    ).toEqual([{ command_id: refused.id, outcome: 'failed', reply }]);
  });

  test('gets its reply to the letter from a service that was started anew', async () => {
    const granted = reserve();
    const refused = reserve({ lines: [line(UNKNOWN_PRODUCT, 1)] });
    await inventory.send(granted, refused);
    const before = [(await inventory.replies(granted.id))[0], (await inventory.replies(refused.id))[0]];
    await inventory.stop();

    inventory = await startInventory({ databaseUrl: inventory.databaseUrl });
    await inventory.send(granted, refused);
    const after = [(await inventory.replies(granted.id))[0], (await inventory.replies(refused.id))[0]];
    expect(after).toEqual(before);
  });

  test('is answered from its effect when its reply was purged', async () => {
    const command = reserve({ lines: [line(CUP, 2)] });
    await inventory.send(command);
    await inventory.reply(command);
    const purge = 'update processed_commands set reply = null where idempotency_key = $1';
    await query(inventory.databaseUrl, purge, [command.idempotencyKey]);
    await inventory.send(command);
    const [, again] = await inventory.replies(command.id, 2);
    expect(JSON.parse(again as string)).toMatchObject({
      status: 'Success',
      result: { reserved: true, quantity: 2 },
    });
  });

  test("under another epoch's key is answered from what was done", async () => {
    const command = reserve({ lines: [line(CUP, 2)] });
    const retried = reserve({ ...same(command), lines: [line(CUP, 2)], epoch: 1 });
    await inventory.send(command, retried);
    expect((await inventory.reply(retried)).result).toEqual((await inventory.reply(command)).result);
  });
});

describe('commands out of order', () => {
  test('seed defect 27: an undo before its action leaves a tombstone, and the late action is refused', async () => {
    const action = reserve();
    const undo = compensate(same(action));
    await inventory.send(undo);
    expect(await inventory.reply(undo)).toMatchObject({ status: 'Success', result: { compensated: true } });
    expect(await statusOf(inventory.databaseUrl, action.payload.orderId)).toBe('tombstone');
    await inventory.send(action);
    expect(await inventory.reply(action)).toMatchObject({
      status: 'Failed',
      errorCode: 'RESERVATION_UNDONE',
    });
    expect(inventory.events(action.payload.orderId)).toEqual([]);
  });

  test('a confirmation and an undo that cannot be done are not answered and not stored', async () => {
    const action = reserve();
    const early = confirm(same(action));
    await inventory.send(early);
    await inventory.send(action);
    await inventory.reply(action);
    const sold = confirm({ ...same(action), epoch: 1 });
    await inventory.send(sold);
    await inventory.reply(sold);
    const late = compensate(same(action));
    await inventory.send(late);
    const after = compensate({});
    await inventory.send(after);
    await inventory.reply(after);
    const stored = await query(
      inventory.databaseUrl,
      'select idempotency_key from processed_commands where command_id = any($1)',
      [[early.id, late.id]],
    );
    expect(stored).toEqual([]);
    expect(await statusOf(inventory.databaseUrl, action.payload.orderId)).toBe('confirmed');
    const metrics = await (await fetch(`${inventory.service.url}/metrics`)).text();
    expect(metrics).toMatch(
      /order_saga_attention_total\{type="ConfirmInventory",code="NOTHING_TO_CONFIRM".* 1/,
    );
    expect(metrics).toMatch(
      /order_saga_attention_total\{type="CompensateInventory",code="UNDO_OF_SOLD_STOCK".* 1/,
    );
  });

  test("another saga's commands move nothing: refused, answered, or a dead letter", async () => {
    const action = reserve({ lines: [line(CUP, 2)] });
    await inventory.send(action);
    await inventory.reply(action);
    const { orderId } = action.payload;
    const foreign = [reserve({ orderId }), compensate({ orderId }), confirm({ orderId })] as const;
    await inventory.send(...foreign);
    expect(await inventory.reply(foreign[0])).toMatchObject({
      status: 'Failed',
      errorCode: 'ORDER_OF_ANOTHER_SAGA',
    });
    expect(await inventory.reply(foreign[1])).toMatchObject({ status: 'Success' });
    const letters = await expectDeadLetter('RESERVATION_OF_ANOTHER_SAGA');
    expect(letters[0]?.value).toContain(foreign[2].id);
    expect(await statusOf(inventory.databaseUrl, orderId)).toBe('reserved');
  });

  test('a saga that holds stock for one order gets none for another, in one batch or in two', async () => {
    const first = reserve();
    const second = reserve({ sagaId: first.sagaId, epoch: 1 });
    await inventory.send(first, second);
    expect(await inventory.reply(first)).toMatchObject({ status: 'Success' });
    expect(await inventory.reply(second)).toMatchObject({ errorCode: 'SAGA_HAS_A_RESERVATION' });
    const third = reserve({ sagaId: first.sagaId, epoch: 2 });
    await inventory.send(third);
    expect(await inventory.reply(third)).toMatchObject({ errorCode: 'SAGA_HAS_A_RESERVATION' });
  });
});

const expectDeadLetter = (cause: string) =>
  eventually(async () => {
    const rows = await query<{ value: string }>(
      inventory.databaseUrl,
      "select convert_from(value, 'UTF8') as value from dead_letters where cause = $1",
      [cause],
    );
    if (rows.length === 0) throw new Error(`no dead letter with cause ${cause}`);
    return rows;
  });
