import type { SagaInstance, StepInstance } from './instance.ts';

export function pendingStep(name: string): StepInstance {
  return { name, state: 'pending', attempts: 0, startedAt: null, endedAt: null, result: null, error: null };
}

/** The saga with one step changed; the instance given stays as it is. */
export function withStep(instance: SagaInstance, index: number, change: Partial<StepInstance>): SagaInstance {
  return {
    ...instance,
    steps: instance.steps.map((step, at) => (at === index ? { ...step, ...change } : step)),
  };
}
