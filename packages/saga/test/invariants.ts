import { expect } from 'vitest';
import {
  type Decision,
  isLegalTransition,
  isOver,
  type SagaInstance,
  type Transition,
} from '../src/index.ts';

/** What holds for every decision, whatever the saga, the event and the order of events. Every test passes through here. */
export function checkDecision(before: SagaInstance | null, decision: Decision): void {
  const { instance, effects } = decision;
  const transitions = transitionsOf(decision);

  expect(JSON.parse(JSON.stringify(instance)), 'an instance is plain data').toEqual(instance);
  expect(isOver(instance.status), 'a saga waits for a command until it is over').toBe(
    instance.outstanding === null,
  );
  expect(transitions.length, 'one event makes at most one transition').toBeLessThanOrEqual(1);
  expect(instance.seq, 'seq grows by one per transition').toBe((before?.seq ?? 0) + transitions.length);
  for (const transition of transitions) {
    expect(transition.seq).toBe(instance.seq);
    expect(transition.sagaStatus).toBe(instance.status);
    expect(transition.currentStep).toBe(currentStepOf(instance));
    expect(transition.failure).toEqual(instance.failure);
    if (before !== null) expect(isLegalTransition(before.status, instance.status)).toBe(true);
  }
  if (transitions.length === 0 && before !== null) expect(instance.status).toBe(before.status);
  if (before !== null && isOver(before.status)) {
    expect(decision, 'a terminal saga never changes').toEqual({
      kind: 'ignored',
      cause: 'saga-is-over',
      instance: before,
      effects: [],
    });
  }
  if (isOver(instance.status))
    expect(instance.attention, 'nobody is called to a saga that is over').toBeNull();

  const sends = effects.filter((effect) => effect.type === 'send');
  expect(sends.length, 'one command is outstanding at a time').toBeLessThanOrEqual(1);
  for (const { command, isResend } of sends) {
    expect(command.id).toBe(instance.outstanding?.commandId);
    expect(command.issuedAt).toBe(instance.outstanding?.issuedAt);
    expect(instance.outstanding?.sent).toBe(true);
    const sameAsBefore = before?.outstanding?.sent === true && before.outstanding.commandId === command.id;
    expect(isResend, 'a re-send carries the same id, and nothing else does').toBe(sameAsBefore);
  }
}

export function transitionsOf(decision: Decision): Transition[] {
  return decision.effects.flatMap((effect) => (effect.type === 'transition' ? [effect.transition] : []));
}

function currentStepOf({ outstanding, steps }: SagaInstance): string | null {
  return outstanding === null ? null : (steps[outstanding.stepIndex]?.name ?? null);
}
