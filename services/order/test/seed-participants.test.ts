import { randomUUID } from 'node:crypto';
import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, type OrderSystem, POT, startOrders } from './system/order-system.ts';
import type { RemoteCommand, Scripted } from './system/scripted-participants.ts';

/** Participants declared as the seed's: no ConfirmInventory, no tombstones, one line, and results in the seed's shapes. */
let orders: OrderSystem;
beforeAll(async () => {
  orders = await startOrders({
    env: {
      PAYMENT_PARTICIPANT: 'seed',
      INVENTORY_PARTICIPANT: 'seed',
      ATTEMPT_TIMEOUT_MS: '300',
      MAX_ATTEMPT_TIMEOUT_MS: '600',
      STEP_DEADLINE_MS: '1500',
    },
  });
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

/** Read off the seed: the payment row; the reservation; and what its undos say. */
const PAYMENT_ID = '0a0a0a0a-1111-4222-8333-444444444444';
function seedAnswer(command: RemoteCommand): Scripted {
  switch (command.type) {
    case 'ProcessPayment': {
      const { orderId } = command.payload;
      const result = {
        id: PAYMENT_ID,
        order_id: orderId,
        amount: '99',
        payment_method: 'credit_card',
        status: 'processed',
        processed_at: null,
        created_at: '2026-01-01T00:00:00.123456Z',
        updated_at: '2026-01-01T00:00:00.123456Z',
      };
      return { answers: { id: randomUUID(), result } };
    }
    case 'ReserveInventory':
      return { answers: { id: randomUUID(), result: { reserved: true, quantity: 2 } } };
    case 'CompensatePayment':
      return { answers: { result: { refunded: true } } };
    case 'CompensateInventory':
      return { answers: { result: { compensated: true } } };
    case 'ConfirmInventory':
      return 'silent';
    default:
      return command satisfies never;
  }
}

describe('participants of the seed', () => {
  test('take part in an order of one line, which ends without a ConfirmInventory (rule P8)', async () => {
    orders.participants.script = seedAnswer;
    const placed = await orders.place();
    const saga = await orders.sagaStatus(placed.saga_id, 'Completed');
    expect(saga.steps.map(({ state }) => state)).toEqual([
      'completed',
      'completed',
      'completed',
      'completed',
      'skipped',
    ]);
    expect(orders.participants.pathOf(placed.saga_id)).toEqual(['ProcessPayment', 'ReserveInventory']);
  });

  test('refuse in their own words, and the refund names the payment as they called it', async () => {
    orders.participants.script = (command) =>
      command.type === 'ReserveInventory'
        ? { answers: { status: 'Failed', result: null, error: 'Insufficient inventory', errorCode: null } }
        : seedAnswer(command);
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({
      status: 'cancelled',
      failure_code: 'REJECTED',
      failure_reason: 'Insufficient inventory',
    });
    expect(orders.participants.of('CompensatePayment', placed.saga_id)[0]?.payload).toMatchObject({
      paymentId: PAYMENT_ID,
    });
  });

  test('are not told to undo what they have not answered: attention, and the undo once they have (rule P7)', async () => {
    orders.participants.script = (command) =>
      command.type === 'ProcessPayment' ? 'silent' : seedAnswer(command);
    const placed = await orders.place();
    const saga = await eventually(
      async () => {
        const waiting = await orders.trpc.sagas.byId.query({ id: placed.saga_id });
        return waiting?.status === 'Compensating' && waiting;
      },
      { describe: 'the deadline has passed' },
    );
    expect(saga).toMatchObject({
      attention: { reason: 'payment must answer ProcessPayment before it can be undone' },
    });
    expect(orders.participants.pathOf(placed.saga_id)).toEqual(['ProcessPayment']);
    const sent = orders.participants.of('ProcessPayment', placed.saga_id).length;
    await eventually(() => orders.participants.of('ProcessPayment', placed.saga_id).length > sent);
    orders.participants.script = seedAnswer;
    await orders.sagaStatus(placed.saga_id, 'Compensated');
    expect(orders.participants.pathOf(placed.saga_id)).toEqual(['ProcessPayment', 'CompensatePayment']);
    expect((await orders.order(placed.order_id)).status).toBe('cancelled');
  });

  test('read one line only: an order of two products is refused with 422', async () => {
    const items = [CUP, POT].map((product_id) => ({ product_id, quantity: 1 }));
    const answer = await orders.post({ customer_id: CUSTOMER, total_amount: 5, items });
    expect([answer.status, await answer.json()]).toEqual([
      422,
      { error: expect.stringMatching(/^items: 2 products/), code: 'UNSUPPORTED_ORDER', field: 'items' },
    ]);
    orders.participants.script = seedAnswer;
    const summed = await orders.place({
      customer_id: CUSTOMER,
      total_amount: 5,
      items: [items[0], items[0]],
    });
    await orders.sagaStatus(summed.saga_id, 'Completed');
  });
});
