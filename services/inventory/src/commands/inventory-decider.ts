import type { InventoryCommand, Reply } from '@order-saga/contracts';
import { replyIdOf } from '@order-saga/contracts';
import {
  type Decider,
  type InboxRow,
  inboxHit,
  processed,
  replyMessage,
  type TurnContext,
} from '@order-saga/messaging';
import { decideCompensate, recallCompensate } from '../compensate-inventory/decide-compensate.ts';
import { decideConfirm, recallConfirm } from '../confirm-inventory/decide-confirm.ts';
import { decideReserve, type ReserveLimits, recallReserve } from '../reserve-inventory/decide-reserve.ts';
import { decideRestock } from '../restock/decide-restock.ts';
import type { Decision, InventoryView } from '../stock/decision.ts';
import type { InventoryState } from '../stock/inventory-state.ts';
import { inventoryEvent } from './inventory-event.ts';
import type {
  CommandMessage,
  InventoryAnswer,
  InventoryMessage,
  RestockMessage,
} from './inventory-message.ts';

/**
 * From message to writes: the inbox first, then the use case, then its effect, reply and event into the working copy of
 * the turn. What is written here is one transaction.
 */
export function inventoryDecider(
  limits: ReserveLimits,
): Decider<InventoryMessage, InventoryState, InventoryAnswer> {
  return {
    laneKey: (message) =>
      message.kind === 'command' ? message.command.sagaId : `restock ${message.input.key}`,
    decide: (state, message, turn) =>
      message.kind === 'command'
        ? handleCommand(state, message, turn, limits)
        : handleRestock(state, message),
  };
}

function handleCommand(
  state: InventoryState,
  message: CommandMessage,
  turn: TurnContext,
  limits: ReserveLimits,
): InventoryAnswer {
  const { command } = message;
  const view = state.viewAt(turn.now);
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit) {
    sendReply(state, storedReply(hit) ?? processed(command, purgedReply(view, command, hit)), message, turn);
    return { kind: 'command', outcome: 'repeated', code: null, attention: null };
  }

  const decision = decide(view, command, limits);
  if (decision.kind === 'unanswered')
    return { kind: 'command', outcome: 'unanswered', code: decision.code, attention: decision.reason };

  const row = processed(command, replyOf(command, decision, turn.now));
  state.inbox.put(row);
  sendReply(state, row, message, turn);
  if (decision.kind === 'rejected')
    return { kind: 'command', outcome: 'rejected', code: decision.code, attention: null };

  if (decision.effect) {
    state.putReservation(decision.effect.reservation);
    for (const stock of decision.effect.stock) state.stock.put(stock);
    const event = inventoryEvent(decision.effect, message, turn);
    if (event) state.outbox.add(event);
  }
  return { kind: 'command', outcome: 'succeeded', code: null, attention: null };
}

function decide(view: InventoryView, command: InventoryCommand, limits: ReserveLimits): Decision {
  switch (command.type) {
    case 'ReserveInventory':
      return decideReserve(view, command, limits);
    case 'CompensateInventory':
      return decideCompensate(view, command);
    case 'ConfirmInventory':
      return decideConfirm(view, command);
    default:
      throw new Error(`no such command: ${command.type satisfies never}`);
  }
}

const storedReply = (hit: InboxRow): (InboxRow & { readonly reply: string }) | null =>
  hit.reply === null ? null : { ...hit, reply: hit.reply };

/** The bytes are gone, the key, the outcome and the effect are not (rule P6). */
function purgedReply(view: InventoryView, command: InventoryCommand, hit: InboxRow): Reply {
  return replyOf(command, recall(view, command, hit.outcome === 'failed' ? 'failed' : 'succeeded'), view.now);
}

function recall(view: InventoryView, command: InventoryCommand, outcome: 'succeeded' | 'failed'): Decision {
  switch (command.type) {
    case 'ReserveInventory':
      return recallReserve(view, command, outcome);
    case 'CompensateInventory':
      return recallCompensate();
    case 'ConfirmInventory':
      return recallConfirm();
    default:
      throw new Error(`no such command: ${command.type satisfies never}`);
  }
}

function replyOf(command: InventoryCommand, decision: Decision, now: number): Reply {
  const about = {
    id: replyIdOf(command.id),
    commandId: command.id,
    sagaId: command.sagaId,
    createdAt: new Date(now).toISOString(),
  };
  if (decision.kind === 'succeeded')
    return { ...about, status: 'Success', result: decision.result, error: null, errorCode: null };
  if (decision.kind === 'rejected')
    return { ...about, status: 'Failed', result: null, error: decision.message, errorCode: decision.code };
  throw new Error(`${command.type} is not to be answered: ${decision.reason}`);
}

function sendReply(
  state: InventoryState,
  row: InboxRow & { readonly reply: string },
  message: CommandMessage,
  turn: TurnContext,
): void {
  state.outbox.add(
    replyMessage(row, {
      replyId: replyIdOf(row.commandId),
      generation: turn.generation,
      source: 'inventory-service',
      time: new Date(turn.now).toISOString(),
      traceparent: message.traceparent,
    }),
  );
}

function handleRestock(state: InventoryState, { input }: RestockMessage): InventoryAnswer {
  const decision = decideRestock(state.restocks.get(input.key), state.stock.get(input.productId), input);
  if (decision.kind === 'applied') {
    state.stock.put(decision.stock);
    state.restocks.put(decision.restock);
  }
  return { kind: 'restock', decision };
}
