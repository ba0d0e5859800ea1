import type { OrderStatus } from '@order-saga/contracts';
import type { SagaInstance } from '@order-saga/saga';

/** What a client is told of the order, as far as its saga has come. */
export function orderStatusOf(instance: SagaInstance): OrderStatus {
  const step = (name: string) => instance.steps.find((candidate) => candidate.name === name);
  if (step('ApproveOrder')?.state === 'completed') return 'approved';
  const creation = step('CreateOrder');
  if (instance.status === 'Compensated' || creation?.state === 'undone') return 'cancelled';
  // One that is undone after silence was never known to be there: it stays pending until it is cancelled.
  const wasAnswered = creation?.result !== null;
  return creation?.state === 'completed' || (creation?.state === 'undoing' && wasAnswered)
    ? 'created'
    : 'pending';
}
