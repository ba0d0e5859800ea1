import type { OrderView, SagaStepView, SagaView } from '@order-saga/contracts';
import type { StepInstance, StepState } from '@order-saga/saga';
import type { SagaRow } from '../orchestrator/rows.ts';
import { orderStatusOf } from '../place-order/order-status.ts';
import type { Order } from './order.ts';

/** Rows as the API shows them. */

/** What each step of the definition is called and where it is done; of a saga that runs, by the name of its step. */
const STEP_FACTS: Readonly<Record<string, Pick<SagaStepView, 'participant' | 'kind'>>> = {
  CreateOrder: { participant: 'order', kind: 'compensatable' },
  ProcessPayment: { participant: 'payment', kind: 'compensatable' },
  ReserveInventory: { participant: 'inventory', kind: 'compensatable' },
  ApproveOrder: { participant: 'order', kind: 'retriable' },
  ConfirmInventory: { participant: 'inventory', kind: 'retriable' },
};

export function sagaView(saga: SagaRow): SagaView {
  const { instance } = saga;
  const { outstanding, attention } = instance;
  const runs = outstanding?.sent ? outstanding : null;
  return {
    id: instance.id,
    orderId: saga.order.orderId,
    definition: saga.definition,
    status: instance.status,
    direction: instance.direction,
    currentStep: outstanding ? (instance.steps[outstanding.stepIndex]?.name ?? null) : null,
    steps: instance.steps.map(stepView),
    failure: instance.failure,
    attention: attention && { reason: attention.reason, since: iso(attention.since) },
    nextAttemptAt: runs && iso(runs.dueAt),
    deadlineAt: runs && iso(runs.deadlineAt),
    version: instance.seq,
    createdAt: iso(saga.createdAt),
    updatedAt: iso(saga.updatedAt),
  };
}

/** A step of unknown outcome will be undone; one that was dropped never began. */
const PUBLIC_STATES: Readonly<Record<StepState, SagaStepView['state']>> = {
  pending: 'pending',
  running: 'running',
  completed: 'completed',
  rejected: 'rejected',
  unknown: 'undoing',
  dropped: 'skipped',
  undoing: 'undoing',
  undone: 'undone',
  skipped: 'skipped',
};

function stepView(step: StepInstance): SagaStepView {
  return {
    name: step.name,
    participant: STEP_FACTS[step.name]?.participant ?? 'unknown',
    kind: STEP_FACTS[step.name]?.kind ?? 'compensatable',
    state: PUBLIC_STATES[step.state],
    attempts: step.attempts,
    startedAt: step.startedAt === null ? null : iso(step.startedAt),
    endedAt: step.endedAt === null ? null : iso(step.endedAt),
    error: step.error,
  };
}

export function orderView(saga: SagaRow): OrderView {
  const { order, instance } = saga;
  return {
    id: order.orderId,
    customerId: order.customerId,
    status: orderStatusOf(instance),
    lines: order.lines.map((line) => ({ ...line })),
    total: order.total,
    paymentMethod: order.paymentMethod,
    failure: instance.failure,
    version: instance.seq,
    createdAt: iso(saga.createdAt),
    updatedAt: iso(saga.updatedAt),
    saga: sagaView(saga),
  };
}

/** An order whose saga is a foreign orchestrator's. */
export const foreignOrderView = (order: Order, at: { createdAt: Date; updatedAt: Date }): OrderView => ({
  id: order.id,
  customerId: order.customerId,
  status: order.status,
  lines: order.lines.map((line) => ({ ...line })),
  total: { minor: order.totalMinor, currency: order.currency as OrderView['total']['currency'] },
  paymentMethod: order.paymentMethod,
  failure: null,
  version: 0,
  createdAt: at.createdAt.toISOString(),
  updatedAt: at.updatedAt.toISOString(),
  saga: null,
});

const iso = (ms: number): string => new Date(ms).toISOString();
