import type { OrderCommand } from '@order-saga/contracts';
import { commandId, type Direction, idempotencyKey } from '@order-saga/saga';
import type { SagaRow } from './rows.ts';

/**
 * Who may speak for a saga of ours: only itself. A command on the topic that names one of them, and that it has not
 * issued, moves nothing and is a dead letter; nor may another saga take its idempotency keys (rule P5).
 */
export class NotItsCommandError extends Error {
  readonly code = 'NOT_A_COMMAND_OF_ITS_SAGA';
}

const STEP_OF: Readonly<Record<OrderCommand['type'], { step: string; direction: Direction }>> = {
  CreateOrder: { step: 'CreateOrder', direction: 'forward' },
  ApproveOrder: { step: 'ApproveOrder', direction: 'forward' },
  CancelOrder: { step: 'CreateOrder', direction: 'backward' },
};

/** `<saga>:<step>:<direction>:<epoch>`, as the engine makes them. */
const OWN_KEY = /^([0-9a-f-]{36}):[A-Za-z]+:(?:forward|backward):(\d{1,9})$/;

/** `saga`: the saga that the command names, if it is ours. */
export function checkSpeaker(command: OrderCommand, saga: SagaRow | undefined): void {
  const [, keyOwner, epoch] = OWN_KEY.exec(command.idempotencyKey) ?? [];
  if (
    saga ? !isIssued(command, saga, Number(epoch)) : keyOwner !== undefined && keyOwner !== command.sagaId
  ) {
    throw new NotItsCommandError(
      `${command.type} ${command.id} with key ${command.idempotencyKey} was not issued by saga ${command.sagaId}`,
    );
  }
}

function isIssued(command: OrderCommand, saga: SagaRow, epoch: number): boolean {
  const { step, direction } = STEP_OF[command.type];
  const state = saga.instance.steps.find(({ name }) => name === step)?.state;
  const wasSent =
    direction === 'forward'
      ? state !== undefined && state !== 'pending' && state !== 'dropped'
      : state === 'undoing' || state === 'undone';
  return (
    wasSent &&
    command.payload.orderId === saga.order.orderId &&
    command.id === commandId(saga.instance.id, step, direction, epoch) &&
    command.idempotencyKey === idempotencyKey(saga.instance.id, step, direction, epoch)
  );
}
