import { commandTypeOf, participantOf, sendEffect, stepAt } from './command.ts';
import { turnBack } from './compensation.ts';
import type { SagaDefinition, StepDefinition } from './definition.ts';
import type { Decision, EngineInput, Outstanding, SagaEvent, SagaInstance } from './instance.ts';
import { ignored, moved, raiseAttention } from './record.ts';
import { attemptWaitMs, nextDueAt } from './schedule.ts';
import { withStep } from './steps.ts';

type Wake = Extract<SagaEvent, { type: 'wake' }>;

/**
 * What silence leads to: the same command again, attention, and at the deadline the way back. A wake-up is a hint (rule E2):
 * only time in which an answer could have been seen, and the saga was looked after, counts against the participant.
 */
export function onWake(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  wake: Wake,
  input: EngineInput,
): Decision {
  const { now } = input;
  const { timing } = definition;
  if (now < outstanding.dueAt) return ignored(instance, 'not-due');
  if (!outstanding.sent) {
    const dueAt = now + timing.maxAttemptMs;
    return moved({ ...instance, outstanding: { ...outstanding, checkedAt: now, dueAt } });
  }
  const step = stepAt(definition, outstanding.stepIndex);
  // A local command is applied by the orchestrator itself: it needs neither sight of the replies nor the re-send budget.
  const isLocal = participantOf(definition, step).placement === 'local';
  if (wake.blind && !isLocal) return standStill(definition, instance, outstanding, input);

  const latenessMs = now - outstanding.dueAt;
  const checked = { ...outstanding, checkedAt: now, deadlineAt: outstanding.deadlineAt + latenessMs };
  // A wake-up later than any attempt tells of an outage of ours: it re-sends, and leaves the deadline to the next one.
  const isOverdue = latenessMs <= timing.maxAttemptMs && now >= checked.deadlineAt;
  if (isOverdue && instance.direction === 'forward' && step.kind === 'compensatable') {
    return onDeadline(definition, instance, checked, step, input);
  }
  const decision = tryAgain(definition, instance, checked, wake.mayResend || isLocal, input);
  const silentMs = now - (checked.deadlineAt - step.deadlineMs);
  return isOverdue || silentMs >= timing.attentionMs
    ? raiseAttention(decision, silenceReason(step, checked), now)
    : decision;
}

/** Blind time counts for nothing: the deadline moves on by what passed since the last look. */
function standStill(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  { now, jitter }: EngineInput,
): Decision {
  return moved({
    ...instance,
    outstanding: {
      ...outstanding,
      checkedAt: now,
      deadlineAt: outstanding.deadlineAt + (now - outstanding.checkedAt),
      // Not capped by the deadline, which stands still as well: a short rest would be looked at over and over.
      dueAt: now + attemptWaitMs(definition.timing, outstanding.attempts, jitter),
    },
  });
}

/** The outcome is unknown, so the step is undone although it was never acknowledged. */
function onDeadline(
  definition: SagaDefinition,
  instance: SagaInstance,
  checked: Outstanding,
  step: StepDefinition,
  input: EngineInput,
): Decision {
  const failure = {
    code: 'STEP_TIMED_OUT',
    message: `${step.name} was not answered within ${step.deadlineMs / 1000} s`,
  };
  const waiting = { ...checked, dueAt: nextDueAt(definition.timing, checked, input) };
  return turnBack(definition, instance, waiting, { kind: 'StepTimedOut', step: step.name, failure }, input);
}

/** The same command with the same id, or only the next look when the re-send budget is empty. */
function tryAgain(
  definition: SagaDefinition,
  instance: SagaInstance,
  checked: Outstanding,
  mayResend: boolean,
  input: EngineInput,
) {
  const attempts = checked.attempts + (mayResend ? 1 : 0);
  const tried = { ...checked, attempts };
  const outstanding = { ...tried, dueAt: nextDueAt(definition.timing, tried, input) };
  const waiting = withStep({ ...instance, outstanding }, outstanding.stepIndex, { attempts });
  return moved(waiting, mayResend ? [sendEffect(definition, instance.id, outstanding, true)] : []);
}

function silenceReason(step: StepDefinition, { direction, issuedAt }: Outstanding): string {
  const command = commandTypeOf(step, direction);
  return `no answer from ${step.participant} to ${command} since ${new Date(issuedAt).toISOString()}`;
}
