import {
  deriveUuid,
  encodeHeaders,
  encodeOrderPayload,
  encodeReply,
  type OrderCommand,
  type Reply,
  replyIdOf,
  replySchema,
  TOPICS,
} from '@order-saga/contracts';
import { type InboxRow, inboxHit, processed, replyMessage, type TurnContext } from '@order-saga/messaging';
import { decideOrderCommand, type OrderOutcome, resultOf } from '../orders/order-participant.ts';
import { checkSpeaker } from './own-commands.ts';
import type { OrderState } from './rows.ts';

/**
 * The order participant's two doors: its topic, and the orchestrator's own transaction. Both go through the inbox and
 * the same pure decision; only the topic's sends its reply.
 */

/** A command of our orchestrator, applied in its transaction. A stored reply is fed to the engine, not decided anew (rule E3). */
export function applyLocally(state: OrderState, command: OrderCommand, turn: TurnContext): OrderOutcome {
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit) return storedOutcome(hit, command);
  const outcome = decideOrderCommand(state.orders.get(command.payload.orderId), command, 'ours');
  record(state, command, outcome, turn);
  return outcome;
}

/** A command from the topic: ours under the Kafka placement, or a foreign orchestrator's. */
export function handleOrderCommand(state: OrderState, command: OrderCommand, turn: TurnContext): void {
  const saga = state.sagas.get(command.sagaId);
  checkSpeaker(command, saga);
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit) {
    answer(state, hit, command, turn);
    return;
  }

  const { orderId } = command.payload;
  const order = state.orders.get(orderId);
  const origin = saga ? 'ours' : 'foreign';
  const outcome = decideOrderCommand(order, command, origin, state.acceptedFor.get(orderId));
  const row = record(state, command, outcome, turn);
  if (outcome.kind === 'unanswered') {
    state.observations.add({ kind: 'attention', reason: outcome.reason, sagaId: command.sagaId });
  }
  if (!row) return;
  // Our own saga tells of its order itself, with its transitions; of a foreign one nobody else would.
  if (!saga && outcome.kind === 'succeeded' && outcome.order) publishForeign(state, command, turn);
  answer(state, row, command, turn);
}

/** First time or again, the same text; after a purge what can still be told from the outcome (rule P6). */
function answer(state: OrderState, row: InboxRow, command: OrderCommand, turn: TurnContext): void {
  const reply = row.reply ?? encodeReply(replyTo(command, storedOutcome(row, command), turn));
  const about = {
    replyId: replyIdOf(row.commandId),
    generation: turn.generation,
    source: 'order-service',
    time: new Date(turn.now).toISOString(),
  } as const;
  state.outbox.add(replyMessage({ ...row, reply }, about));
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

type Answered = Exclude<OrderOutcome, { kind: 'unanswered' }>;

function replyTo(command: OrderCommand, outcome: Answered, turn: TurnContext): Reply {
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

function storedOutcome(row: InboxRow, command: OrderCommand): Answered {
  const reply = row.reply === null ? null : replySchema.parse(JSON.parse(row.reply));
  return row.outcome === 'failed'
    ? {
        kind: 'rejected',
        code: reply?.errorCode ?? 'REJECTED',
        message: reply?.error ?? `${command.type} was refused before`,
      }
    : { kind: 'succeeded', result: reply?.result ?? resultOf(command.type, command.payload.orderId) };
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
