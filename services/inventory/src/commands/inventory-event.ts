import { deriveUuid, encodeHeaders, encodeParticipantEvent, TOPICS } from '@order-saga/contracts';
import type { OutboxMessage, TurnContext } from '@order-saga/messaging';
import type { Effect } from '../stock/decision.ts';
import type { CommandMessage } from './inventory-message.ts';

/** On `inventory-events`, in the transaction of what it tells. Each reservation has one event of a type, so its id is derived. */
export function inventoryEvent(
  { reservation, event: type }: Effect,
  { command, traceparent }: CommandMessage,
  turn: TurnContext,
): OutboxMessage | null {
  if (type === null) return null;
  const { orderId, sagaId, lines } = reservation;
  const id = deriveUuid('inventory-event', reservation.id, type);
  const at = new Date(turn.now).toISOString();
  return {
    id,
    generation: turn.generation,
    topic: TOPICS.inventoryEvents.name,
    key: orderId,
    type,
    value: encodeParticipantEvent({
      id,
      type,
      orderId,
      sagaId,
      at,
      data: {
        reservation_id: reservation.id,
        lines: lines.map(({ productId, quantity }) => ({ product_id: productId, quantity })),
      },
    }),
    headers: encodeHeaders({
      id,
      type,
      source: 'inventory-service',
      time: at,
      sagaId,
      causationId: command.id,
      traceparent,
    }),
  };
}
