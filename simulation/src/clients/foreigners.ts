import {
  type Command,
  encodeCommand,
  encodeHeaders,
  encodeReply,
  type OrderPayload,
  TOPICS,
} from '@order-saga/contracts';
import type { SimBroker } from '../network/sim-broker.ts';
import { Prng } from '../world/prng.ts';
import type { World } from '../world/world.ts';
import type { Workload } from './workload.ts';

/** What says in a header that a message is none of ours: the checker leaves it out. */
export const FOREIGN_SOURCE = 'somebody-else';

const STREAM = 6;

const TOPIC_OF: Readonly<Record<Command['type'], string>> = {
  CreateOrder: TOPICS.orderCommands.name,
  ApproveOrder: TOPICS.orderCommands.name,
  CancelOrder: TOPICS.orderCommands.name,
  ProcessPayment: TOPICS.paymentCommands.name,
  CompensatePayment: TOPICS.paymentCommands.name,
  ReserveInventory: TOPICS.inventoryCommands.name,
  CompensateInventory: TOPICS.inventoryCommands.name,
  ConfirmInventory: TOPICS.inventoryCommands.name,
};

/**
 * Everybody else on the topics: a foreign orchestrator with orders of its own, as the seed's, and one that speaks of
 * ours. Neither may touch what a saga of ours has done (rules P5 and L7).
 */
export function beginForeigners(
  world: World,
  broker: SimBroker,
  { foreigners, stock }: Workload,
  ourOrders: () => readonly string[],
  ourSagas: () => readonly string[],
  sent: Command[],
): void {
  const products = stock.map(({ productId }) => productId);

  const send = (draw: Prng, command: Command) => {
    world.coverage.met(`foreign: ${command.type}`);
    const message = {
      topic: TOPIC_OF[command.type],
      key: command.sagaId,
      value: encodeCommand(command),
      headers: headersOf(command.id, command.type, command.sagaId),
    };
    sent.push(command);
    broker.take(message);
    if (draw.chance(0.3)) broker.take(message);
  };

  const speak = (draw: Prng, sagaId: string, orderId: string, types: readonly Command['type'][]) => {
    const order: OrderPayload = {
      orderId,
      customerId: draw.uuid(),
      lines: [{ productId: draw.pick(products), quantity: draw.between(1, 3) }],
      total: { minor: draw.between(1, 9_999), currency: 'USD' },
      paymentMethod: 'test_approve',
    };
    types.forEach((type, at) => {
      const delayMs = draw.below(30) + at * draw.below(400);
      world.scheduler.after(delayMs, null, () => send(draw, commandOf(draw, type, sagaId, order)));
    });
  };

  const STORIES: readonly ((draw: Prng) => void)[] = [
    (draw) =>
      speak(draw, draw.uuid(), draw.uuid(), ['CreateOrder', draw.pick(['ApproveOrder', 'CancelOrder'])]),
    (draw) => speak(draw, draw.uuid(), draw.uuid(), ['CancelOrder', 'CreateOrder']),
    (draw) => speak(draw, draw.uuid(), draw.uuid(), ['ProcessPayment', 'CompensatePayment']),
    (draw) => speak(draw, draw.uuid(), draw.uuid(), ['CompensatePayment', 'ProcessPayment']),
    (draw) =>
      speak(draw, draw.uuid(), draw.uuid(), [
        'ReserveInventory',
        draw.pick(['CompensateInventory', 'ConfirmInventory']),
      ]),
    (draw) => {
      const orders = ourOrders();
      if (orders.length > 0)
        speak(draw, draw.uuid(), draw.pick(orders), [draw.pick(Object.keys(TOPIC_OF)) as Command['type']]);
    },
    (draw) => {
      const sagas = ourSagas();
      if (sagas.length > 0) forgeReply(draw, draw.pick(sagas));
    },
  ];

  /** To a command that was never issued. One to the outstanding command is believed, unless replies are signed. */
  const forgeReply = (draw: Prng, sagaId: string) => {
    world.coverage.met('foreign: reply');
    const id = draw.uuid();
    const reply = {
      id,
      commandId: draw.uuid(),
      sagaId,
      status: draw.pick(['Success', 'Failed'] as const),
      result: { payment_id: draw.uuid(), reserved: true, approved: true },
      error: null,
      errorCode: null,
      createdAt: '2026-01-01T00:00:00.000Z',
    };
    broker.take({
      topic: TOPICS.orderReplies.name,
      key: sagaId,
      value: encodeReply(reply),
      headers: headersOf(id, 'Reply', sagaId),
    });
  };

  for (const { atMs, seed } of foreigners) {
    const draw = new Prng(seed, STREAM);
    world.scheduler.after(atMs, null, () => draw.pick(STORIES)(draw));
  }
}

const headersOf = (id: string, type: string, sagaId: string) => ({
  ...encodeHeaders({ id, type, source: 'order-service', time: '2026-01-01T00:00:00.000Z', sagaId }),
  ce_source: FOREIGN_SOURCE,
});

function commandOf(draw: Prng, type: Command['type'], sagaId: string, order: OrderPayload): Command {
  const envelope = {
    id: draw.uuid(),
    sagaId,
    idempotencyKey: draw.uuid(),
    createdAt: new Date(Date.UTC(2026, 0, 1)).toISOString(),
  };
  const { orderId, lines, total, paymentMethod } = order;
  switch (type) {
    case 'CreateOrder':
    case 'ApproveOrder':
    case 'CancelOrder':
      return { ...envelope, type, payload: order };
    case 'ProcessPayment':
    case 'CompensatePayment':
      return { ...envelope, type, payload: { orderId, amount: total, paymentMethod } };
    case 'ReserveInventory':
    case 'CompensateInventory':
    case 'ConfirmInventory':
      return { ...envelope, type, payload: { orderId, lines } };
    default:
      throw new Error(`no such command: ${type satisfies never}`);
  }
}
