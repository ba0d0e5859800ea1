import type { Failure } from '@order-saga/contracts';
import { commandTypeOf, issueNextAction, issueNextUndo, stepAt } from './command.ts';
import type { SagaDefinition, StepDefinition } from './definition.ts';
import type { Decision, EngineInput, Outstanding, SagaEvent, SagaInstance } from './instance.ts';
import { clearAttention, ignored, raiseAttention, recordTransition } from './record.ts';
import { withStep } from './steps.ts';

type Reply = Extract<SagaEvent, { type: 'reply' }>;

/** A reply counts only when it answers the outstanding command; late, repeated and foreign ones change nothing. */
export function onReply(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  reply: Reply,
  input: EngineInput,
): Decision {
  if (reply.commandId !== outstanding.commandId) return ignored(instance, 'not-the-outstanding-command');
  if (!outstanding.sent) return ignored(instance, 'not-yet-sent');
  const step = stepAt(definition, outstanding.stepIndex);
  switch (reply.outcome) {
    case 'succeeded':
      return clearAttention(
        outstanding.direction === 'forward'
          ? onActionDone(definition, instance, outstanding, step, reply.result, input)
          : onUndoDone(definition, instance, outstanding, step, input),
      );
    case 'failed':
      return outstanding.direction === 'forward' && step.kind === 'compensatable'
        ? clearAttention(onRejection(definition, instance, outstanding, step, reply.error, input))
        : onImpossibleFailure(instance, outstanding, step, reply.error, input);
    default:
      return reply.outcome satisfies never;
  }
}

/** Goes on to the next step; in a saga that turned back meanwhile, the step just done is the first to be undone (rule P7). */
function onActionDone(
  definition: SagaDefinition,
  instance: SagaInstance,
  { stepIndex }: Outstanding,
  step: StepDefinition,
  result: unknown,
  input: EngineInput,
) {
  const done = withStep(instance, stepIndex, {
    state: 'completed',
    endedAt: input.now,
    result: result ?? null,
  });
  const issued =
    instance.direction === 'forward'
      ? issueNextAction(definition, done, stepIndex + 1, input)
      : issueNextUndo(definition, done, input);
  return recordTransition(issued, { kind: 'StepCompleted', step: step.name }, input.now);
}

function onUndoDone(
  definition: SagaDefinition,
  instance: SagaInstance,
  { stepIndex }: Outstanding,
  step: StepDefinition,
  input: EngineInput,
) {
  const undone = withStep(instance, stepIndex, { state: 'undone', endedAt: input.now });
  const issued = issueNextUndo(definition, undone, input);
  return recordTransition(issued, { kind: 'StepUndone', step: step.name }, input.now);
}

/** A business no: the step had no effect and is not undone, the completed ones are. Why it turned back first stays the reason. */
function onRejection(
  definition: SagaDefinition,
  instance: SagaInstance,
  { stepIndex }: Outstanding,
  step: StepDefinition,
  error: Failure | null,
  input: EngineInput,
) {
  const failure = error ?? { code: 'REJECTED', message: `${step.participant} rejected ${step.action}` };
  const rejected = withStep(
    { ...instance, direction: 'backward', failure: instance.failure ?? failure },
    stepIndex,
    { state: 'rejected', endedAt: input.now, error: failure },
  );
  const issued = issueNextUndo(definition, rejected, input);
  return recordTransition(issued, { kind: 'StepRejected', step: step.name }, input.now);
}

/** An undo or a retriable command has no Failed outcome: such an answer is silence plus attention, and re-sends go on (rule P4). */
function onImpossibleFailure(
  instance: SagaInstance,
  outstanding: Outstanding,
  step: StepDefinition,
  error: Failure | null,
  input: EngineInput,
): Decision {
  const why = error === null ? '' : `: ${error.message}`;
  const reason = `${step.participant} answered Failed to ${commandTypeOf(step, outstanding.direction)}, which cannot be refused${why}`;
  return raiseAttention(ignored(instance, 'failed-reply-to-undo-or-retriable'), reason, input.now);
}
