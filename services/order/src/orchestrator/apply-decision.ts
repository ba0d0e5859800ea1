import {
  deriveUuid,
  encodeCommand,
  encodeHeaders,
  encodeOrderEvent,
  type OrderCommand,
  type OrderEventType,
  type SagaTransition,
  TOPICS,
} from '@order-saga/contracts';
import type { OutboxMessage, TurnContext } from '@order-saga/messaging';
import {
  type CommandIntent,
  type Decision,
  decide,
  type Effect,
  isOver,
  type SagaDefinition,
  type SagaInstance,
  type Transition,
} from '@order-saga/saga';
import { orderStatusOf } from '../place-order/order-status.ts';
import { buildCommand, commandTopic } from '../place-order/place-order.commands.ts';
import { applyLocally } from './order-commands.ts';
import { isInFlight, type OrderState, type SagaRow, type StoredDelivery } from './rows.ts';

/**
 * Carries out what the engine decided: history, commands, events and the saga's row. A command to a local participant
 * is applied at once and its reply feeds the engine in the same turn, so that both placements take the same path.
 */
export function applyDecision(
  state: OrderState,
  decision: Decision,
  turn: TurnContext,
  definition: SagaDefinition,
  saga: SagaRow,
  delivery: StoredDelivery | null = null,
): SagaRow {
  const transitions: SagaTransition[] = [];
  let { instance } = decision;
  const effects: Effect[] = [...decision.effects];
  for (let effect = effects.shift(); effect; effect = effects.shift()) {
    switch (effect.type) {
      case 'transition':
        transitions.push(toClients(effect.transition, instance));
        break;
      case 'send': {
        if (effect.command.placement === 'kafka') {
          state.outbox.add(commandMessage(effect.command, saga, instance, turn));
          break;
        }
        const event = runLocally(state, effect.command, saga, instance, turn);
        if (!event) break;
        const next = decide(definition, instance, event, turn);
        instance = next.instance;
        effects.push(...next.effects);
        break;
      }
      case 'await-admission':
        state.waitingAdded.add(instance.id);
        break;
      case 'attention-raised':
        state.observations.add({ kind: 'attention', reason: effect.attention.reason, sagaId: instance.id });
        break;
      case 'attention-cleared':
        break;
      default:
        effect satisfies never;
    }
  }
  if (instance === saga.instance && saga.rev > 0) return saga;
  return write(state, { saga, instance, transitions, delivery }, turn);
}

/** The engine's event that a local command leads to; undefined when it stays outstanding until a wake-up. */
function runLocally(
  state: OrderState,
  intent: CommandIntent,
  saga: SagaRow,
  instance: SagaInstance,
  turn: TurnContext,
) {
  // Rule E3: the last try before a message may be parked leaves its local command outstanding.
  if (turn.isLastTry) return undefined;
  const command = buildCommand(intent, saga.order, instance) as OrderCommand;
  const outcome = applyLocally(state, command, turn);
  if (outcome.kind === 'unanswered') {
    state.observations.add({ kind: 'attention', reason: outcome.reason, sagaId: instance.id });
    return undefined;
  }
  return {
    type: 'reply',
    commandId: intent.id,
    outcome: outcome.kind === 'succeeded' ? 'succeeded' : 'failed',
    result: outcome.kind === 'succeeded' ? outcome.result : null,
    error: outcome.kind === 'succeeded' ? null : { code: outcome.code, message: outcome.message },
  } as const;
}

function write(
  state: OrderState,
  moved: {
    readonly saga: SagaRow;
    readonly instance: SagaInstance;
    readonly transitions: readonly SagaTransition[];
    /** Of the answer that led to the first of them. */
    readonly delivery: StoredDelivery | null;
  },
  turn: TurnContext,
): SagaRow {
  const { saga, instance, transitions, delivery } = moved;
  const sagaId = instance.id;
  const dueAt = instance.outstanding?.dueAt ?? saga.wakeAt;
  let row: SagaRow = { ...saga, instance, updatedAt: turn.now, rev: saga.rev + 1 };
  if (isOver(instance.status)) {
    state.dueRemoved.add(sagaId);
    // One that was cancelled in line must not be admitted any more.
    if (!instance.admitted) state.waitingRemoved.add(sagaId);
    state.observations.add({ kind: 'ended', status: instance.status, sagaId });
  } else if (saga.rev === 0) {
    row = { ...row, wakeAt: dueAt };
    state.dueAdded.add({ sagaId, wakeAt: dueAt, inFlight: isInFlight(row) });
  } else if (dueAt < saga.wakeAt || saga.wakeAt <= turn.now || isInFlight(row) !== isInFlight(saga)) {
    // Otherwise the wake-up stays where it is: moving it at each transition costs about 18 %. One whose time has come
    // may have been claimed already, and then lies a lease in the future (rule E5).
    row = { ...row, wakeAt: dueAt };
    state.dueMoved.add({ sagaId, wakeAt: dueAt, inFlight: isInFlight(row) });
  }
  state.sagas.put(row);
  for (const [index, transition] of transitions.entries())
    state.history.add({ sagaId, transition, delivery: index === 0 ? delivery : null });
  if (transitions.length > 0) state.outbox.add(eventMessage(row, transitions, turn));
  return row;
}

/** The claim moved the wake-up: it is set to the true due time again, whatever the wake-up led to (rule E5). */
export function resetWakeUp(state: OrderState, woken: SagaRow, before: SagaRow): void {
  const due = woken.instance.outstanding;
  if (!due) return;
  const rev = woken === before ? woken.rev + 1 : woken.rev;
  state.sagas.put({ ...woken, wakeAt: due.dueAt, rev });
  state.dueMoved.add({ sagaId: woken.instance.id, wakeAt: due.dueAt, inFlight: isInFlight(woken) });
}

function toClients(transition: Transition, instance: SagaInstance): SagaTransition {
  return {
    ...transition,
    at: new Date(transition.at).toISOString(),
    orderStatus: orderStatusOf(instance),
  };
}

function commandMessage(
  intent: CommandIntent,
  saga: SagaRow,
  instance: SagaInstance,
  turn: TurnContext,
): OutboxMessage {
  return {
    id: intent.id,
    generation: turn.generation,
    topic: commandTopic(intent.participant).name,
    key: intent.sagaId,
    type: intent.type,
    value: encodeCommand(buildCommand(intent, saga.order, instance)),
    headers: encodeHeaders({
      id: intent.id,
      type: intent.type,
      source: 'order-service',
      time: new Date(intent.issuedAt).toISOString(),
      sagaId: intent.sagaId,
      traceparent: saga.traceparent ?? undefined,
    }),
  };
}

/** One message lists the transitions of one turn (rule E4), under the name of what it did to the order. */
function eventMessage(
  saga: SagaRow,
  transitions: readonly SagaTransition[],
  turn: TurnContext,
): OutboxMessage {
  const sagaId = saga.instance.id;
  const id = deriveUuid('order-event', sagaId, (transitions[0] as SagaTransition).seq);
  const type = eventType(transitions);
  return {
    id,
    generation: turn.generation,
    topic: TOPICS.orderEvents.name,
    key: saga.order.orderId,
    type,
    value: encodeOrderEvent({ id, type, order: saga.order, sagaId, transitions }),
    headers: encodeHeaders({
      id,
      type,
      source: 'order-service',
      time: new Date(turn.now).toISOString(),
      sagaId,
      traceparent: saga.traceparent ?? undefined,
    }),
  };
}

function eventType(transitions: readonly SagaTransition[]): OrderEventType {
  const steps = transitions.map(({ kind, step }) => `${kind} ${step}`);
  if (steps.includes('StepCompleted ApproveOrder')) return 'OrderApproved';
  const last = transitions.at(-1) as SagaTransition;
  if (last.orderStatus === 'cancelled') return 'OrderCancelled';
  return steps.includes('StepCompleted CreateOrder') ? 'OrderCreated' : 'SagaProgressed';
}
