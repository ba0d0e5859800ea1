import type { Decider, TurnContext } from '@order-saga/messaging';
import { commandOf, decide, isOver, type SagaDefinition, type SagaEvent, startSaga } from '@order-saga/saga';
import { checkResult } from '../place-order/place-order.commands.ts';
import { applyDecision, resetWakeUp } from './apply-decision.ts';
import {
  type CancelSaga,
  laneKey,
  type OrderAnswer,
  type OrderMessage,
  type ReplyArrived,
  type StartSaga,
  type WakeSaga,
} from './messages.ts';
import { handleOrderCommand } from './order-commands.ts';
import { clientKey, type Observation, type OrderState, type SagaRow, type StoredDelivery } from './rows.ts';

export interface OrchestratorOptions {
  readonly definition: SagaDefinition;
  observe(observation: Observation): void;
  /** Told which orders a committed turn has moved. */
  changed?(orderId: string): void;
}

/** Decides each message on its saga: start, reply, wake-up, cancel, admission; and the order participant's commands. */
export function orchestrator(options: OrchestratorOptions): Decider<OrderMessage, OrderState, OrderAnswer> {
  const { definition } = options;

  const begin = (state: OrderState, start: StartSaga, turn: TurnContext): OrderAnswer => {
    const known = start.idempotencyKey === null ? undefined : knownStart(state, start, start.idempotencyKey);
    if (known) return known;
    // A rerun after a commit of unknown outcome finds the saga that it made itself.
    const made = state.sagas.get(start.sagaId);
    if (made) return { kind: 'started', saga: made, created: true };

    const retriedBy = start.retryOf === null ? undefined : state.retries.get(start.retryOf)?.retriedBy;
    if (retriedBy !== undefined) return { kind: 'already-retried', retriedBy };

    const decision = startSaga(definition, start.sagaId, turn, start.admitted);
    const saga = applyDecision(state, decision, turn, definition, {
      instance: decision.instance,
      definition: definitionName(definition),
      order: start.order,
      traceparent: start.traceparent ?? null,
      rev: 0,
      wakeAt: 0,
      createdAt: turn.now,
      updatedAt: turn.now,
    });
    if (start.idempotencyKey !== null) {
      state.clientKeys.put({
        customerId: start.order.customerId,
        key: start.idempotencyKey,
        orderId: start.order.orderId,
        sagaId: start.sagaId,
        sent: start.sent,
      });
    }
    if (start.retryOf !== null) {
      state.retries.put({ orderId: start.retryOf, retriedBy: start.order.orderId });
    }
    return { kind: 'started', saga, created: true };
  };

  const step = (
    state: OrderState,
    saga: SagaRow,
    event: SagaEvent,
    turn: TurnContext,
    delivery: StoredDelivery | null = null,
  ): SagaRow => {
    const decision = decide(definition, saga.instance, event, turn);
    if (decision.kind === 'ignored') {
      state.observations.add({ kind: 'ignored', cause: decision.cause, sagaId: saga.instance.id });
    }
    return applyDecision(state, decision, turn, definition, saga, delivery);
  };

  const wake = (state: OrderState, message: WakeSaga, turn: TurnContext): OrderAnswer => {
    const saga = state.sagas.get(message.sagaId);
    if (!saga || isOver(saga.instance.status)) {
      state.dueRemoved.add(message.sagaId);
      return { kind: 'woken', resent: false };
    }
    const { outstanding } = saga.instance;
    // While the command's outbox row exists nobody can have answered it (rules E2 and O1).
    const isUnpublished = outstanding !== null && state.unpublished.has(outstanding.commandId);
    const event = {
      type: 'wake',
      blind: message.blind || isUnpublished,
      mayResend: message.mayResend,
    } as const;
    const woken = step(state, saga, event, turn);
    resetWakeUp(state, woken, saga);
    const due = woken.instance.outstanding;
    const isSentAgain =
      due !== null && due.commandId === outstanding?.commandId && due.attempts > outstanding.attempts;
    // A local command costs no participant anything.
    const isRemote = due !== null && commandOf(definition, message.sagaId, due).placement === 'kafka';
    return { kind: 'woken', resent: isSentAgain && isRemote };
  };

  const cancel = (state: OrderState, message: CancelSaga, turn: TurnContext): OrderAnswer => {
    const saga = state.sagas.get(message.sagaId);
    if (!saga) return { kind: 'cancel-refused', cause: 'NOT_FOUND' };
    const answered = state.requests.get(message.requestId);
    if (answered && answered.sagaId !== message.sagaId) {
      return { kind: 'cancel-refused', cause: 'REQUEST_OF_ANOTHER_ORDER' };
    }
    if (answered) {
      return answered.answer === 'accepted'
        ? { kind: 'cancel-accepted', saga }
        : { kind: 'cancel-refused', cause: answered.answer };
    }
    const decision = decide(definition, saga.instance, { type: 'cancel', failure: message.failure }, turn);
    const isRefused =
      decision.kind === 'ignored' &&
      (decision.cause === 'past-pivot' ||
        (decision.cause === 'saga-is-over' && saga.instance.status !== 'Compensated'));
    const answer = isRefused ? 'PAST_PIVOT' : 'accepted';
    state.requests.put({ id: message.requestId, sagaId: message.sagaId, answer });
    if (isRefused) return { kind: 'cancel-refused', cause: 'PAST_PIVOT' };
    return { kind: 'cancel-accepted', saga: applyDecision(state, decision, turn, definition, saga) };
  };

  return {
    laneKey,
    afterCommit(state) {
      for (const observation of state.observations.all()) options.observe(observation);
      if (!options.changed) return;
      for (const saga of state.sagas.updates()) options.changed(saga.order.orderId);
    },
    decide(state, message, turn) {
      switch (message.kind) {
        case 'start':
          return begin(state, message, turn);
        case 'reply': {
          const { reply } = message;
          const saga = state.sagas.get(reply.sagaId);
          if (!saga) {
            state.observations.add({ kind: 'ignored', cause: 'unknown-saga', sagaId: reply.sagaId });
            return { kind: 'done' };
          }
          const { outstanding } = saga.instance;
          if (outstanding?.commandId === reply.commandId && outstanding.sent) {
            const name = saga.instance.steps[outstanding.stepIndex]?.name ?? '';
            if (reply.status !== 'Failed' && outstanding.direction === 'forward') checkResult(name, reply);
            state.observations.add({
              kind: 'step-answered',
              step: name,
              outcome: reply.status,
              ms: turn.now - outstanding.issuedAt,
            });
          }
          step(state, saga, replyEvent(reply), turn, storedDelivery(message));
          return { kind: 'done' };
        }
        case 'wake':
          return wake(state, message, turn);
        case 'cancel':
          return cancel(state, message, turn);
        case 'admit': {
          state.waitingRemoved.add(message.sagaId);
          const saga = state.sagas.get(message.sagaId);
          if (saga) step(state, saga, { type: 'admit' }, turn);
          return { kind: 'done' };
        }
        case 'command':
          handleOrderCommand(state, message.command, turn);
          return { kind: 'done' };
        default:
          throw new Error(`no such message: ${(message satisfies never as OrderMessage).kind}`);
      }
    },
  };
}

/** A known key is answered before pricing and before admission (rules C1 and L9). */
function knownStart(state: OrderState, start: StartSaga, key: string): OrderAnswer | undefined {
  const known = state.clientKeys.get(clientKey({ customerId: start.order.customerId, key }));
  if (!known) return undefined;
  if (known.sent !== start.sent) return { kind: 'key-reused' };
  const saga = state.sagas.get(known.sagaId);
  if (!saga) throw new Error(`client key ${key} names saga ${known.sagaId}, which was not loaded`);
  return { kind: 'started', saga, created: known.sagaId === start.sagaId };
}

function storedDelivery({ reply, delivery }: ReplyArrived): StoredDelivery | null {
  if (!delivery) return null;
  const { commandPublishedAt, commandReceivedAt, replyPublishedAt, replyReceivedAt } = delivery;
  return [
    commandPublishedAt,
    commandReceivedAt,
    Date.parse(reply.createdAt),
    replyPublishedAt,
    replyReceivedAt,
  ];
}

const replyEvent = (reply: Extract<OrderMessage, { kind: 'reply' }>['reply']): SagaEvent => ({
  type: 'reply',
  commandId: reply.commandId,
  // The seed's status Compensated is an undo's success.
  outcome: reply.status === 'Failed' ? 'failed' : 'succeeded',
  result: reply.result,
  error:
    reply.status === 'Failed'
      ? { code: reply.errorCode ?? 'REJECTED', message: reply.error ?? 'rejected without a reason' }
      : null,
});

const definitionName = (definition: SagaDefinition): string => `${definition.name}@${definition.version}`;
