import type { OrderStatus, SagaStatus, SagaTransition, TransitionKind } from '@order-saga/contracts';

/** How the orders of these tests end: the three ways that an order most often takes. */
export type Ending = 'approved' | 'declined' | 'out of stock';

const STEPS = ['CreateOrder', 'ProcessPayment', 'ReserveInventory', 'ApproveOrder', 'ConfirmInventory'];

const STATES: Readonly<Record<Ending, readonly string[]>> = {
  approved: ['completed', 'completed', 'completed', 'completed', 'completed'],
  declined: ['undone', 'rejected', 'pending', 'pending', 'pending'],
  'out of stock': ['undone', 'undone', 'rejected', 'pending', 'pending'],
};

export const stepsOf = (ending: Ending) => STEPS.map((name, at) => ({ name, state: STATES[ending][at] }));

type Line = readonly [TransitionKind, string | null, SagaStatus, OrderStatus, string | null];

const BEGUN: readonly Line[] = [
  ['SagaStarted', null, 'Started', 'pending', 'CreateOrder'],
  ['StepCompleted', 'CreateOrder', 'InProgress', 'created', 'ProcessPayment'],
];
const PAID: Line = ['StepCompleted', 'ProcessPayment', 'InProgress', 'created', 'ReserveInventory'];
const CANCELLED: Line = ['StepUndone', 'CreateOrder', 'Compensated', 'cancelled', null];

const LOGS: Readonly<Record<Ending, readonly Line[]>> = {
  approved: [
    ...BEGUN,
    PAID,
    ['StepCompleted', 'ReserveInventory', 'InProgress', 'created', 'ApproveOrder'],
    ['StepCompleted', 'ApproveOrder', 'InProgress', 'approved', 'ConfirmInventory'],
    ['StepCompleted', 'ConfirmInventory', 'Completed', 'approved', null],
  ],
  declined: [
    ...BEGUN,
    ['StepRejected', 'ProcessPayment', 'Compensating', 'created', 'CreateOrder'],
    CANCELLED,
  ],
  'out of stock': [
    ...BEGUN,
    PAID,
    ['StepRejected', 'ReserveInventory', 'Compensating', 'created', 'ProcessPayment'],
    ['StepUndone', 'ProcessPayment', 'Compensating', 'created', 'CreateOrder'],
    CANCELLED,
  ],
};

export const entriesOf = (ending: Ending): SagaTransition[] =>
  LOGS[ending].map(([kind, step, sagaStatus, orderStatus, currentStep], at) => ({
    seq: at + 1,
    at: new Date().toISOString(),
    kind,
    step,
    sagaStatus,
    currentStep,
    failure: null,
    orderStatus,
  }));
