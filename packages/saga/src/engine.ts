import { issue, issueNextAction, stepAt } from './command.ts';
import { turnBack } from './compensation.ts';
import type { SagaDefinition } from './definition.ts';
import type { Decision, EngineInput, Outstanding, SagaEvent, SagaInstance } from './instance.ts';
import { ignored, moved, transitionOf } from './record.ts';
import { onReply } from './reply.ts';
import { pendingStep } from './steps.ts';
import { onWake } from './wake.ts';

/**
 * The pure engine: (definition, instance, event) -> (instance, effects). No clock, no random, no I/O.
 * Whatever arrives, in whatever order and however often, a saga ends Completed or with everything undone that was sent.
 */

/** Begins a saga: its first transition, and its first command sent or waiting for admission (rule L9). */
export function startSaga(
  definition: SagaDefinition,
  id: string,
  input: EngineInput,
  admitted: boolean,
): Decision {
  const blank: SagaInstance = {
    id,
    status: 'Started',
    direction: 'forward',
    steps: definition.steps.map((step) => pendingStep(step.name)),
    outstanding: null,
    seq: 1,
    failure: null,
    attention: null,
    admitted,
  };
  const { instance, effects } = issueNextAction(definition, blank, 0, input);
  const transition = transitionOf(instance, { kind: 'SagaStarted', step: null }, input.now);
  return moved(instance, [{ type: 'transition', transition }, ...effects]);
}

/** What an event does to a saga that runs. */
export function decide(
  definition: SagaDefinition,
  instance: SagaInstance,
  event: SagaEvent,
  input: EngineInput,
): Decision {
  const { outstanding } = instance;
  if (outstanding === null) return ignored(instance, 'saga-is-over');
  switch (event.type) {
    case 'admit':
      return onAdmit(definition, instance, outstanding, input);
    case 'reply':
      return onReply(definition, instance, outstanding, event, input);
    case 'wake':
      return onWake(definition, instance, outstanding, event, input);
    case 'cancel':
      return onCancel(definition, instance, outstanding, event, input);
    default:
      return event satisfies never;
  }
}

/** There is room: what waited is sent now, and only now do its attempt and its deadline begin (rule L9). */
function onAdmit(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  input: EngineInput,
): Decision {
  if (instance.admitted) return ignored(instance, 'already-admitted');
  if (instance.direction === 'backward') return ignored(instance, 'already-compensating');
  const admitted = { ...instance, admitted: true };
  if (outstanding.sent) return moved(admitted);
  const issued = issue(definition, admitted, outstanding, input);
  return moved(issued.instance, issued.effects);
}

function onCancel(
  definition: SagaDefinition,
  instance: SagaInstance,
  outstanding: Outstanding,
  { failure }: Extract<SagaEvent, { type: 'cancel' }>,
  input: EngineInput,
): Decision {
  if (instance.direction === 'backward') return ignored(instance, 'already-compensating');
  if (stepAt(definition, outstanding.stepIndex).kind === 'retriable') return ignored(instance, 'past-pivot');
  const why = { kind: 'CancelRequested', step: null, failure } as const;
  return turnBack(definition, instance, outstanding, why, input);
}
