import type { Failure, TransitionKind } from '@order-saga/contracts';
import { type Issued, issue, issueNextUndo, participantOf, stepAt } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { Decision, EngineInput, Outstanding, SagaInstance } from './instance.ts';
import { raiseAttention, recordTransition } from './record.ts';
import { withStep } from './steps.ts';

/**
 * Turning back while a command is outstanding: a cancel, an operator's compensate and a step deadline are one event (rule E1).
 * A rejection turns back too, but its step is answered; see `reply.ts`.
 */
export function turnBack(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  why: { readonly kind: TransitionKind; readonly step: string | null; readonly failure: Failure },
  input: EngineInput,
): Decision {
  const turned: SagaInstance = { ...instance, direction: 'backward', failure: why.failure };
  const { now } = input;
  const step = stepAt(definition, outstanding.stepIndex);

  if (outstanding.sent && !participantOf(definition, step).tombstones) {
    // Rule P7: its undo would let the late action through, so the action must be answered first.
    const waiting = withStep({ ...turned, outstanding }, outstanding.stepIndex, { state: 'unknown' });
    const reason = `${step.participant} must answer ${step.action} before it can be undone`;
    return raiseAttention(recordTransition({ instance: waiting, effects: [] }, why, now), reason, now);
  }
  return recordTransition(firstUndo(definition, turned, outstanding, input), why, now);
}

/** What was sent may have been done, so it is undone first; what was never sent is dropped (rule E1). */
function firstUndo(
  definition: SagaDefinition,
  turned: SagaInstance,
  outstanding: Outstanding,
  input: EngineInput,
): Issued {
  const { stepIndex } = outstanding;
  if (outstanding.sent) {
    return issue(definition, turned, { stepIndex, direction: 'backward', epoch: 0 }, input);
  }
  const dropped = withStep(turned, stepIndex, { state: 'dropped', endedAt: input.now });
  return issueNextUndo(definition, dropped, input);
}
