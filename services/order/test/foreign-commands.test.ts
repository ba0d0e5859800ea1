import { randomUUID } from 'node:crypto';
import { encodeCommand, type OrderCommand, type Reply, replySchema, TOPICS } from '@order-saga/contracts';
import { commandId, idempotencyKey } from '@order-saga/saga';
import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CUP, CUSTOMER, listenTo, type OrderSystem, startOrders } from './system/order-system.ts';

let orders: OrderSystem;
let replies: Record<string, unknown>[];
let events: Record<string, unknown>[];
beforeAll(async () => {
  orders = await startOrders({ env: { ATTEMPT_TIMEOUT_MS: '60000', MAX_ATTEMPT_TIMEOUT_MS: '60000' } });
  replies = await listenTo(orders.broker, 'orderReplies');
  events = await listenTo(orders.broker, 'orderEvents');
});
beforeEach(() => {
  orders.participants.script = ({ type }) => (type === 'ProcessPayment' ? 'silent' : 'succeeds');
});
afterAll(async () => {
  await orders.atRest();
  await orders.stop();
});

function aCommand(
  type: OrderCommand['type'],
  about: Partial<OrderCommand> & { orderId?: string } = {},
): OrderCommand {
  const { orderId = randomUUID(), ...envelope } = about;
  const sagaId = about.sagaId ?? randomUUID();
  return {
    id: randomUUID(),
    sagaId,
    type,
    payload: {
      orderId,
      customerId: CUSTOMER,
      lines: [{ productId: CUP, quantity: 2 }],
      total: { minor: 9_999, currency: 'USD' },
      paymentMethod: 'credit_card',
    },
    idempotencyKey: `${sagaId}-${type}-${randomUUID()}`,
    createdAt: new Date().toISOString(),
    ...envelope,
  };
}

const send = (...commands: (OrderCommand | string)[]) =>
  orders.broker.publish(
    commands.map((command) => {
      const value = typeof command === 'string' ? command : encodeCommand(command);
      return { topic: TOPICS.orderCommands.name, key: JSON.parse(value).saga_id, value, headers: {} };
    }),
  );
const repliesTo = (command: OrderCommand) => replies.filter(({ command_id }) => command_id === command.id);
async function reply(command: OrderCommand): Promise<Reply> {
  await eventually(() => repliesTo(command).length > 0, { describe: `a reply to ${command.type}` });
  return replySchema.parse(repliesTo(command)[0]);
}
const statusOf = async (orderId: string) =>
  (await orders.query('select status, origin from orders where id = $1', [orderId]))[0];
const deadLetter = (cause: string, commandId: string) =>
  eventually(
    async () => {
      const sql = "select cause from dead_letters where convert_from(value, 'UTF8') like '%' || $1 || '%'";
      const [row] = await orders.query<{ cause: string }>(sql, [commandId]);
      return row?.cause === cause;
    },
    { describe: `a dead letter ${cause}` },
  );

describe('an orchestrator of others', () => {
  test('has its order created, approved and told, and a redelivered command gets the same reply to the letter', async () => {
    const create = aCommand('CreateOrder');
    const { orderId } = create.payload;
    const approve = aCommand('ApproveOrder', { sagaId: create.sagaId, orderId });
    await send(create, create);
    await reply(create);
    await send(approve);
    expect(await reply(create)).toMatchObject({
      status: 'Success',
      result: { order_id: orderId },
      error: null,
    });
    expect(await reply(approve)).toMatchObject({ status: 'Success' });
    await send(create);
    await eventually(() => repliesTo(create).length === 3);
    expect(new Set(repliesTo(create).map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await statusOf(orderId)).toEqual({ status: 'approved', origin: 'foreign' });
    expect(await orders.order(orderId)).toMatchObject({ status: 'approved', saga_id: null, version: 0 });
    await eventually(() => events.filter(({ order_id }) => order_id === orderId).length === 2);
    expect(events.filter(({ order_id }) => order_id === orderId).map(({ event_type }) => event_type)).toEqual(
      ['OrderCreated', 'OrderApproved'],
    );
  });

  test('seed defect 27: cancels before it creates: the late CreateOrder is refused (rule P1)', async () => {
    const cancel = aCommand('CancelOrder');
    const { orderId } = cancel.payload;
    const create = aCommand('CreateOrder', { sagaId: cancel.sagaId, orderId });
    await send(cancel);
    expect(await reply(cancel)).toMatchObject({ status: 'Success', result: { cancelled: true } });
    await send(create);
    expect(await reply(create)).toMatchObject({ status: 'Failed', errorCode: 'ORDER_CANCELLED' });
    expect(await statusOf(orderId)).toEqual({ status: 'cancelled', origin: 'tombstone' });
  });

  test('seed defect 44: approves what is not there or is cancelled: nothing is answered, nothing stored (rule P4)', async () => {
    const missing = aCommand('ApproveOrder');
    const cancel = aCommand('CancelOrder');
    const cancelled = aCommand('ApproveOrder', { sagaId: cancel.sagaId, orderId: cancel.payload.orderId });
    const after = aCommand('CreateOrder', { sagaId: cancel.sagaId });
    await send(missing, cancel, cancelled, after);
    await reply(after);
    expect([...repliesTo(missing), ...repliesTo(cancelled)]).toEqual([]);
    const stored = await orders.query('select from processed_commands where command_id = any($1)', [
      [missing.id, cancelled.id],
    ]);
    expect(stored).toEqual([]);
  });

  test('does not move an order of another saga: refused, answered without effect, or a dead letter (rule P5)', async () => {
    const placed = await orders.place();
    const { order_id: orderId } = placed;
    const [create, cancel, approve] = (['CreateOrder', 'CancelOrder', 'ApproveOrder'] as const).map((type) =>
      aCommand(type, { orderId }),
    ) as [OrderCommand, OrderCommand, OrderCommand];
    await send(create, cancel, approve);
    expect(await reply(create)).toMatchObject({ status: 'Failed', errorCode: 'ORDER_OF_ANOTHER_SAGA' });
    expect(await reply(cancel)).toMatchObject({ status: 'Success' });
    await deadLetter('ORDER_OF_ANOTHER_SAGA', approve.id);
    expect(await statusOf(orderId)).toEqual({ status: 'created', origin: 'ours' });
    await finish(placed.saga_id);
  });

  test('does not speak for a saga of ours: what that saga has not issued is a dead letter (rule P5)', async () => {
    const placed = await orders.place();
    const { order_id: orderId, saga_id: sagaId } = placed;
    const forged = [
      aCommand('CancelOrder', { sagaId, orderId }),
      aCommand('ApproveOrder', { sagaId, orderId }),
      aCommand('CreateOrder', { sagaId }),
      // Id and key are derived and can be guessed; that the saga is not there yet cannot be helped.
      aCommand('ApproveOrder', {
        sagaId,
        orderId,
        id: commandId(sagaId, 'ApproveOrder', 'forward', 0),
        idempotencyKey: idempotencyKey(sagaId, 'ApproveOrder', 'forward', 0),
      }),
      aCommand('CancelOrder', {
        sagaId,
        orderId,
        id: commandId(sagaId, 'CreateOrder', 'backward', 0),
        idempotencyKey: idempotencyKey(sagaId, 'CreateOrder', 'backward', 0),
      }),
      // Its key, taken by somebody else, would stop it past the pivot.
      aCommand('CreateOrder', { idempotencyKey: idempotencyKey(sagaId, 'ApproveOrder', 'forward', 0) }),
    ];
    await send(...forged);
    for (const command of forged) await deadLetter('NOT_A_COMMAND_OF_ITS_SAGA', command.id);
    expect(await statusOf(orderId)).toEqual({ status: 'created', origin: 'ours' });
    await finish(sagaId);
    expect((await orders.order(orderId)).status).toBe('approved');
  });

  test('seed defects 10 and 11: what does not decode is a dead letter with its cause, and those behind it go on', async () => {
    const good = aCommand('CreateOrder');
    await send(encodeCommand({ ...good, id: randomUUID() }).replace('CreateOrder', 'ShipOrder'), good);
    await reply(good);
    const { items } = await orders.trpc.deadLetters.list.query({ limit: 50 });
    expect(items).toContainEqual(
      expect.objectContaining({ topic: 'order-service-commands', cause: 'UNKNOWN_SHAPE', count: 1 }),
    );
  });

  test('uses a key twice for different commands: the second is a dead letter (rule P5)', async () => {
    const create = aCommand('CreateOrder');
    const approve = aCommand('ApproveOrder', {
      sagaId: create.sagaId,
      orderId: create.payload.orderId,
      idempotencyKey: create.idempotencyKey,
    });
    await send(create);
    await reply(create);
    await send(approve);
    await deadLetter('IDEMPOTENCY_KEY_OF_ANOTHER_COMMAND', approve.id);
    expect(await statusOf(create.payload.orderId)).toEqual({ status: 'created', origin: 'foreign' });
  });

  test('gets an answer from the outcome when the reply was purged (rule P6)', async () => {
    const create = aCommand('CreateOrder');
    const cancel = aCommand('CancelOrder', { sagaId: create.sagaId, orderId: create.payload.orderId });
    await send(create);
    const first = await reply(create);
    await send(cancel);
    await reply(cancel);
    await orders.query('update processed_commands set reply = null where idempotency_key = $1', [
      create.idempotencyKey,
    ]);
    await send(create);
    await eventually(() => repliesTo(create).length === 2);
    const { status, result } = replySchema.parse(repliesTo(create)[1]);
    expect({ status, result }).toEqual({ status: first.status, result: first.result });
  });
});

async function finish(sagaId: string): Promise<void> {
  orders.participants.script = () => 'succeeds';
  await orders.participants.answer(await orders.participants.first('ProcessPayment', sagaId));
  await orders.sagaStatus(sagaId, 'Completed');
}
