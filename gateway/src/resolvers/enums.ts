import {
  ORDER_SORTS,
  ORDER_STATUSES,
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  SAGA_STATUSES,
  STEP_STATES,
  TRANSITION_KINDS,
} from '@order-saga/contracts';

/** `IN_PROGRESS` of the schema is `InProgress` inside, `CREDIT_CARD` is `credit_card`: one rule, so no table can go stale. */
const spelled = <Value extends string>(values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(
    values.map((value) => [value.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), value]),
  );

export const OrderStatus = spelled(ORDER_STATUSES);
export const OrderSort = spelled(ORDER_SORTS);
export const SagaStatus = spelled(SAGA_STATUSES);
export const SagaStepState = spelled(STEP_STATES);
export const SagaStatusUpdateKind = spelled(TRANSITION_KINDS);
export const PaymentMethod = spelled(PAYMENT_METHODS);
export const PaymentStatus = spelled(PAYMENT_STATUSES.filter((status) => status !== 'tombstone'));
