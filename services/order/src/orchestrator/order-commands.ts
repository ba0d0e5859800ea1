import {
  deriveUuid,
  encodeHeaders,
  encodeOrderPayload,
  type OrderCommand,
  type Reply,
  replyIdOf,
  TOPICS,
} from '@order-saga/contracts';
import { type InboxRow, inboxHit, processed, replyMessage, type TurnContext } from '@order-saga/messaging';
import { decideOrderCommand, type OrderOutcome } from '../orders/order-participant.ts';
import type { OrderState } from './rows.ts';

/**
 * The order participant's two doors: its topic, and the orchestrator's own transaction. Both go through the inbox and
 * the same pure decision; only the topic's sends its reply.
 */

/** A command of our orchestrator, applied in its transaction. A stored reply is fed to the engine, not decided anew (rule E3). */
export function applyLocally(state: OrderState, command: OrderCommand, turn: TurnContext): OrderOutcome {
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit?.reply) return storedOutcome(hit.reply);
  const outcome = decideOrderCommand(state.orders.get(command.payload.orderId), command, 'ours');
  record(state, command, outcome, turn);
  return outcome;
}

/** A command from the topic: ours under the Kafka placement, or a foreign orchestrator's. */
export function handleOrderCommand(state: OrderState, command: OrderCommand, turn: TurnContext): void {
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  const isForeign = state.sagas.get(command.sagaId) === undefined;
  const order = state.orders.get(command.payload.orderId);
  let row = hit;
  if (!row) {
    const outcome = decideOrderCommand(order, command, isForeign ? 'foreign' : 'ours');
    if (outcome.kind === 'unanswered') {
      state.observations.add({ kind: 'attention', reason: outcome.reason, sagaId: command.sagaId });
      return;
    }
    row = record(state, command, outcome, turn);
    // Our own saga tells of its order itself, with its transitions; of a foreign one nobody else would.
    if (isForeign && outcome.kind === 'succeeded' && outcome.order) publishForeign(state, command, turn);
  }
  if (row?.reply) {
    const time = new Date(turn.now).toISOString();
    const about = {
      replyId: replyIdOf(row.commandId),
      generation: turn.generation,
      source: 'order-service',
      time,
    } as const;
    state.outbox.add(replyMessage({ ...row, reply: row.reply }, about));
  }
}

function record(
  state: OrderState,
  command: OrderCommand,
  outcome: OrderOutcome,
  turn: TurnContext,
): InboxRow | undefined {
  if (outcome.kind === 'unanswered') return undefined;
  if (outcome.kind === 'succeeded' && outcome.order) state.orders.put(outcome.order);
  const row = processed(command, replyTo(command, outcome, turn));
  state.inbox.put(row);
  return row;
}

function replyTo(
  command: OrderCommand,
  outcome: Exclude<OrderOutcome, { kind: 'unanswered' }>,
  turn: TurnContext,
): Reply {
  const isRejected = outcome.kind === 'rejected';
  return {
    id: replyIdOf(command.id),
    commandId: command.id,
    sagaId: command.sagaId,
    status: isRejected ? 'Failed' : 'Success',
    result: isRejected ? null : outcome.result,
    error: isRejected ? outcome.message : null,
    errorCode: isRejected ? outcome.code : null,
    createdAt: new Date(turn.now).toISOString(),
  };
}

function storedOutcome(text: string): OrderOutcome {
  const reply = JSON.parse(text) as {
    status: string;
    result: unknown;
    error: string | null;
    error_code?: string;
  };
  return reply.status === 'Failed'
    ? {
        kind: 'rejected',
        code: reply.error_code ?? 'REJECTED',
        message: reply.error ?? 'rejected without a reason',
      }
    : { kind: 'succeeded', result: reply.result };
}

function publishForeign(state: OrderState, command: OrderCommand, turn: TurnContext): void {
  const type = FOREIGN_EVENTS[command.type];
  const id = deriveUuid('foreign-order-event', command.id);
  const { sagaId, payload } = command;
  state.outbox.add({
    id,
    generation: turn.generation,
    topic: TOPICS.orderEvents.name,
    key: payload.orderId,
    type,
    value: JSON.stringify({
      ...encodeOrderPayload(payload),
      event_id: id,
      event_type: type,
      saga_id: sagaId,
      transitions: [],
    }),
    headers: encodeHeaders({
      id,
      type,
      source: 'order-service',
      time: new Date(turn.now).toISOString(),
      sagaId,
      causationId: command.id,
    }),
  });
}

const FOREIGN_EVENTS = {
  CreateOrder: 'OrderCreated',
  ApproveOrder: 'OrderApproved',
  CancelOrder: 'OrderCancelled',
} as const;
