import type { ParticipantDefinition, SagaDefinition, StepDefinition } from './definition.ts';
import { commandId, idempotencyKey } from './ids.ts';
import type { CommandIntent, Direction, Effect, EngineInput, Outstanding, SagaInstance } from './instance.ts';
import { nextDueAt } from './schedule.ts';
import { withStep } from './steps.ts';

/** Issuing commands: which step and command is next, and whether it may be sent now. One is outstanding at a time. */

/** A saga with its next command issued (none when nothing is left to do) and the effect that carries it out. */
export interface Issued {
  readonly instance: SagaInstance;
  readonly effects: readonly Effect[];
}

/** Forward: the next step from `fromIndex` that its participant knows how to do. */
export function issueNextAction(
  definition: SagaDefinition,
  instance: SagaInstance,
  fromIndex: number,
  input: EngineInput,
): Issued {
  let saga = instance;
  for (let index = fromIndex; index < definition.steps.length; index++) {
    if (!isLacking(definition, stepAt(definition, index))) {
      return issue(definition, saga, { stepIndex: index, direction: 'forward', epoch: 0 }, input);
    }
    saga = withStep(saga, index, { state: 'skipped', endedAt: input.now }); // rule P8
  }
  return { instance: { ...saga, outstanding: null }, effects: [] };
}

/** Backward: the last completed step that is not undone yet. */
export function issueNextUndo(
  definition: SagaDefinition,
  instance: SagaInstance,
  input: EngineInput,
): Issued {
  const stepIndex = instance.steps.findLastIndex((step) => step.state === 'completed');
  if (stepIndex === -1) return { instance: { ...instance, outstanding: null }, effects: [] };
  return issue(definition, instance, { stepIndex, direction: 'backward', epoch: 0 }, input);
}

/**
 * Makes the command the outstanding one. An action for a remote participant waits until the saga is admitted (rule L9);
 * an undo never waits, since it ends work instead of beginning it.
 */
export function issue(
  definition: SagaDefinition,
  instance: SagaInstance,
  command: Pick<Outstanding, 'stepIndex' | 'direction' | 'epoch'>,
  input: EngineInput,
): Issued {
  const { stepIndex, direction, epoch } = command;
  const { now } = input;
  const step = stepAt(definition, stepIndex);
  const { timing } = definition;
  const isForward = direction === 'forward';
  const mustWait = isForward && !instance.admitted && participantOf(definition, step).placement === 'kafka';
  const attempts = mustWait ? 0 : 1;
  const deadlineAt = now + step.deadlineMs;
  const outstanding: Outstanding = {
    stepIndex,
    direction,
    epoch,
    commandId: commandId(instance.id, step.name, direction, epoch),
    sent: !mustWait,
    attempts,
    issuedAt: now,
    checkedAt: now,
    dueAt: mustWait ? now + timing.maxAttemptMs : nextDueAt(timing, { attempts, deadlineAt }, input),
    deadlineAt,
  };
  if (mustWait) return { instance: { ...instance, outstanding }, effects: [{ type: 'await-admission' }] };
  const issued = withStep(
    { ...instance, outstanding },
    stepIndex,
    isForward
      ? { state: 'running', attempts, startedAt: now }
      : { state: 'undoing', attempts, endedAt: null },
  );
  return { instance: issued, effects: [sendEffect(definition, instance.id, outstanding, false)] };
}

/** The same command, whenever it is asked for: a re-send carries the same id, key and time of issue. */
export function sendEffect(
  definition: SagaDefinition,
  sagaId: string,
  outstanding: Outstanding,
  isResend: boolean,
): Effect {
  return { type: 'send', command: commandOf(definition, sagaId, outstanding), isResend };
}

export function commandOf(
  definition: SagaDefinition,
  sagaId: string,
  outstanding: Pick<Outstanding, 'stepIndex' | 'direction' | 'epoch' | 'commandId' | 'issuedAt'>,
): CommandIntent {
  const { direction, epoch, issuedAt } = outstanding;
  const step = stepAt(definition, outstanding.stepIndex);
  return {
    id: outstanding.commandId,
    idempotencyKey: idempotencyKey(sagaId, step.name, direction, epoch),
    sagaId,
    type: commandTypeOf(step, direction),
    step: step.name,
    direction,
    participant: step.participant,
    placement: participantOf(definition, step).placement,
    issuedAt,
  };
}

export function commandTypeOf(step: StepDefinition, direction: Direction): CommandIntent['type'] {
  if (direction === 'forward') return step.action;
  if (step.kind === 'compensatable') return step.undo;
  throw new Error(`${step.name} is retriable: nothing undoes it, and the saga must not turn back after it`);
}

export function stepAt(definition: SagaDefinition, index: number): StepDefinition {
  const step = definition.steps[index];
  if (step !== undefined) return step;
  throw new Error(
    `${definition.name} v${definition.version} has no step ${index}: the saga was started by another definition; load that one`,
  );
}

export function participantOf(definition: SagaDefinition, step: StepDefinition): ParticipantDefinition {
  const participant = definition.participants[step.participant];
  if (participant !== undefined) return participant;
  throw new Error(
    `${step.name} names the participant ${step.participant}: build the definition by defineSaga`,
  );
}

function isLacking(definition: SagaDefinition, step: StepDefinition): boolean {
  if (step.kind !== 'retriable' || step.optional !== true) return false;
  return participantOf(definition, step).lacks?.includes(step.action) ?? false;
}
