import {
  type Command,
  type OrderPayload,
  paymentIdOf,
  paymentResultSchema,
  type Reply,
  reservationIdOf,
  reservationResultSchema,
  TOPICS,
  type TopicSpec,
} from '@order-saga/contracts';
import type { CommandIntent, SagaInstance } from '@order-saga/saga';

/** What each command of the saga says, built from the order and from what earlier steps answered. */
export function buildCommand(intent: CommandIntent, order: OrderPayload, instance: SagaInstance): Command {
  const envelope = {
    id: intent.id,
    sagaId: intent.sagaId,
    idempotencyKey: intent.idempotencyKey,
    createdAt: new Date(intent.issuedAt).toISOString(),
  };
  switch (intent.type) {
    case 'CreateOrder':
    case 'ApproveOrder':
    case 'CancelOrder':
      return { ...envelope, type: intent.type, payload: order };
    case 'ProcessPayment':
      return { ...envelope, type: intent.type, payload: paymentPayload(order) };
    case 'CompensatePayment':
      return {
        ...envelope,
        type: intent.type,
        payload: { ...paymentPayload(order), paymentId: paymentIdIn(instance) },
      };
    case 'ReserveInventory':
      return { ...envelope, type: intent.type, payload: { orderId: order.orderId, lines: order.lines } };
    case 'CompensateInventory':
    case 'ConfirmInventory':
      return {
        ...envelope,
        type: intent.type,
        payload: { orderId: order.orderId, lines: order.lines, reservationId: reservationIdIn(instance) },
      };
    default:
      throw new Error(`no such command: ${intent.type satisfies never}`);
  }
}

const paymentPayload = (order: OrderPayload) => ({
  orderId: order.orderId,
  amount: order.total,
  paymentMethod: order.paymentMethod,
});

/** What the participant called it; after silence, what it would have called it (rule P5). */
function paymentIdIn(instance: SagaInstance): string {
  const result = paymentResultSchema.safeParse(resultOf(instance, 'ProcessPayment'));
  return result.success ? result.data.paymentId : paymentIdOf(instance.id);
}

function reservationIdIn(instance: SagaInstance): string {
  const result = reservationResultSchema.safeParse(resultOf(instance, 'ReserveInventory'));
  return (result.success ? result.data.reservationId : undefined) ?? reservationIdOf(instance.id);
}

const resultOf = (instance: SagaInstance, step: string): unknown =>
  instance.steps.find((candidate) => candidate.name === step)?.result;

/** Which topic a participant listens to. */
export function commandTopic(participant: string): TopicSpec {
  switch (participant) {
    case 'order':
      return TOPICS.orderCommands;
    case 'payment':
      return TOPICS.paymentCommands;
    case 'inventory':
      return TOPICS.inventoryCommands;
    default:
      throw new Error(`no topic is known for the participant ${participant}`);
  }
}

export class UnbelievableResultError extends Error {
  readonly code = 'UNKNOWN_RESULT';
}

/** A Success whose result is not that step's is parked, not believed; nor is an action `Compensated` (rule P7). */
export function checkResult(step: string, reply: Pick<Reply, 'status' | 'result'>): void {
  if (reply.status === 'Compensated') {
    throw new UnbelievableResultError(`${step} was to be done, and the answer is that it was undone`);
  }
  const problem = RESULT_SCHEMAS[step]?.safeParse(reply.result).error;
  if (problem) throw new UnbelievableResultError(`the result of ${step} does not decode: ${problem.message}`);
}

const RESULT_SCHEMAS: Readonly<Record<string, typeof paymentResultSchema | typeof reservationResultSchema>> =
  {
    ProcessPayment: paymentResultSchema,
    ReserveInventory: reservationResultSchema,
  };
