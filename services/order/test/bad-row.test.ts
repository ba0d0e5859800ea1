import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OrderSystem, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders();
});
afterAll(() => orders.stop());

const lettersByCause = async () => {
  const { items } = await orders.trpc.deadLetters.list.query({});
  return items.map(({ cause, key }) => ({ cause, key }));
};

test('seed defect 43: a saga whose row cannot be read parks what comes for it, and stops no other', async () => {
  orders.participants.script = () => 'silent';
  const broken = await orders.place();
  const command = await orders.participants.first('ProcessPayment', broken.saga_id);
  await orders.query("update saga_transactions set steps = '{}', context = '{}' where id = $1", [
    broken.saga_id,
  ]);
  orders.participants.script = () => 'succeeds';
  const others = Promise.all(Array.from({ length: 20 }, () => orders.place()));
  await orders.participants.answer(command);
  for (const { saga_id } of await others) await orders.sagaStatus(saga_id, 'Completed');
  expect(
    await eventually(async () => {
      const letters = await lettersByCause();
      return letters.length > 0 && letters;
    }),
  ).toEqual([{ cause: 'HANDLER_DEFECT', key: broken.saga_id }]);
});
