import type { SagaTransition } from '@order-saga/contracts';

/**
 * What was done is undone in reverse; besides that only the step that was outstanding when the saga turned back, whose
 * outcome was unknown: its participant answers from a tombstone (invariant 7).
 */
export function undoFlaws(log: readonly SagaTransition[]): string[] {
  const flaws: string[] = [];
  const done: string[] = [];
  let unknown: string | null = null;
  let outstanding: string | null = null;
  for (const { kind, step, currentStep } of log) {
    switch (kind) {
      case 'SagaStarted':
        break;
      case 'StepCompleted':
        done.push(step as string);
        break;
      case 'StepRejected':
        break;
      case 'StepTimedOut':
      case 'CancelRequested':
        unknown = outstanding;
        break;
      case 'StepUndone':
        if (step === unknown) unknown = null;
        else if (step === done.at(-1)) done.pop();
        else flaws.push(`undid ${step} out of turn`);
        break;
      default:
        kind satisfies never;
    }
    outstanding = currentStep;
  }
  if (log.at(-1)?.sagaStatus === 'Compensated' && done.length > 0)
    flaws.push(`is compensated, and ${done.join(', ')} was not undone`);
  return flaws;
}
