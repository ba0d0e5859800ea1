import { orderCommandSchema, replySchema, TOPICS } from '@order-saga/contracts';
import { type Decoded, decodeJson, type IncomingMessage } from '@order-saga/messaging';
import type { OrderMessage } from './messages.ts';

/** What the order service reads: replies for its sagas, and commands for its participant. */

export const ORDER_TOPICS = [TOPICS.orderReplies.name, TOPICS.orderCommands.name];

export function decodeOrderMessage(incoming: IncomingMessage): Decoded<OrderMessage> {
  if (incoming.topic === TOPICS.orderReplies.name) {
    const reply = decodeJson(incoming.value, replySchema);
    return reply.ok
      ? { kind: 'message', message: { kind: 'reply', reply: reply.data } }
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
