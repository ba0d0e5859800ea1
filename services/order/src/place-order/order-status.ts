import type { OrderStatus } from '@order-saga/contracts';
import type { SagaInstance } from '@order-saga/saga';

/** What a client is told of the order, as far as its saga has come. */
export function orderStatusOf(instance: SagaInstance): OrderStatus {
  const state = (step: string) => instance.steps.find((candidate) => candidate.name === step)?.state;
  if (state('ApproveOrder') === 'completed') return 'approved';
  if (instance.status === 'Compensated' || state('CreateOrder') === 'undone') return 'cancelled';
  const created = state('CreateOrder');
  return created === 'completed' || created === 'undoing' ? 'created' : 'pending';
}
