import { orderCommandSchema, replySchema, TOPICS } from '@order-saga/contracts';
import { type Decoded, type Deliveries, decodeJson, type IncomingMessage } from '@order-saga/messaging';
import type { OrderMessage } from './messages.ts';

/** What the order service reads: replies for its sagas, and commands for its participant. */

export const ORDER_TOPICS = [TOPICS.orderReplies.name, TOPICS.orderCommands.name];

/** `deliveries`: of a reply the way that it came; nothing is decided by it. */
export function decodeOrderMessage(
  incoming: IncomingMessage,
  deliveries?: Deliveries,
): Decoded<OrderMessage> {
  if (incoming.topic === TOPICS.orderReplies.name) {
    const reply = decodeJson(incoming.value, replySchema);
    return reply.ok
      ? {
          kind: 'message',
          message: { kind: 'reply', reply: reply.data, delivery: deliveries?.read(incoming) ?? null },
        }
      : { kind: 'undecodable', cause: reply.cause, detail: reply.detail };
  }
  const command = decodeJson(incoming.value, orderCommandSchema);
  return command.ok
    ? { kind: 'message', message: { kind: 'command', command: command.data } }
    : { kind: 'undecodable', cause: command.cause, detail: command.detail };
}

/** New orders wait behind everything that ends one. */
export const isUrgent = (message: OrderMessage): boolean =>
  message.kind !== 'start' && !(message.kind === 'command' && message.command.type === 'CreateOrder');
