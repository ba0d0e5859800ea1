import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OrderSystem, startOrders } from './system/order-system.ts';

/** PostgreSQL refuses what a local command writes: the message that led to it is not to blame (rule E3). */
let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders({ env: { ATTEMPT_TIMEOUT_MS: '300', MAX_ATTEMPT_TIMEOUT_MS: '600' } });
  await orders.query(`
    create table refused (what text);
    create function refuse() returns trigger language plpgsql as $$
      begin
        if exists (select from refused where what = new.status) then
          raise exception 'no order may be % now', new.status using errcode = '22000';
        end if;
        return new;
      end $$;
    create trigger refuse before insert or update on orders for each row execute function refuse()`);
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

const refuse = (status: string) => orders.query('insert into refused values ($1)', [status]);
const allow = () => orders.query('delete from refused');
const deadLetters = async () => (await orders.trpc.deadLetters.list.query({})).items;

describe('a local command that the database refuses', () => {
  test('does not park the reply that led to it: the saga tries again until it is done', async () => {
    await refuse('approved');
    const [stuck, other] = await Promise.all([orders.place(), orders.place()]);
    for (const { saga_id } of [stuck, other]) {
      await eventually(
        async () => {
          const saga = await orders.trpc.sagas.byId.query({ id: saga_id });
          return saga?.currentStep === 'ApproveOrder' && (saga.steps[3]?.attempts ?? 0) > 1;
        },
        { describe: 'ApproveOrder is tried again' },
      );
    }
    expect((await orders.order(stuck.order_id, '0s')).status).toBe('created');
    await allow();
    await orders.sagaStatus(stuck.saga_id, 'Completed');
    await orders.sagaStatus(other.saga_id, 'Completed');
    expect(await deadLetters()).toEqual([]);
    expect(await orders.historyOf(stuck.saga_id)).toHaveLength(6);
  });

  test('does not refuse the order: it is accepted, pending, and created when it can be', async () => {
    await refuse('created');
    const placed = await orders.place();
    expect((await orders.order(placed.order_id, '0s')).status).toBe('pending');
    expect(orders.participants.pathOf(placed.saga_id)).toEqual([]);
    await allow();
    expect((await orders.order(placed.order_id)).status).toBe('approved');
    await orders.sagaStatus(placed.saga_id, 'Completed');
  });

  test('does not hold up the orders beside it', async () => {
    await refuse('cancelled');
    orders.participants.script = ({ type, payload }) =>
      type === 'ProcessPayment' && 'amount' in payload && payload.amount.minor === 100
        ? { fails: 'CARD_DECLINED' }
        : 'succeeds';
    const declined = await orders.place({ ...BODY, total_amount: 1 });
    const others = await Promise.all(Array.from({ length: 20 }, () => orders.place(BODY)));
    for (const { saga_id } of others) await orders.sagaStatus(saga_id, 'Completed');
    await allow();
    await orders.sagaStatus(declined.saga_id, 'Compensated');
    expect((await orders.order(declined.order_id)).failure_code).toBe('CARD_DECLINED');
    expect(await deadLetters()).toEqual([]);
  });
});

const BODY = {
  customer_id: '550e8400-e29b-41d4-a716-446655440000',
  product_id: '11111111-1111-1111-1111-111111111111',
  quantity: 1,
  total_amount: 5,
};
