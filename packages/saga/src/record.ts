import type { TransitionKind } from '@order-saga/contracts';
import type { Issued } from './command.ts';
import type { Attention, Decision, Effect, IgnoredCause, SagaInstance, Transition } from './instance.ts';
import { isLegalTransition, statusAfter } from './status.ts';

/** How a decision is written down: a transition with its own `seq` (rule E4), attention beside it, or a cause why nothing moved. */

type Moved = Extract<Decision, { kind: 'moved' }>;

/** One transition per accepted event; it comes before the command that follows from it. */
export function recordTransition(
  issued: Issued,
  what: { readonly kind: TransitionKind; readonly step: string | null },
  now: number,
): Moved {
  const before = issued.instance;
  const status = statusAfter(before.direction, before.outstanding !== null);
  if (!isLegalTransition(before.status, status)) {
    throw new Error(`saga ${before.id}: ${what.kind} must not lead from ${before.status} to ${status}`);
  }
  const instance: SagaInstance = { ...before, status, seq: before.seq + 1 };
  return {
    kind: 'moved',
    instance,
    effects: [{ type: 'transition', transition: transitionOf(instance, what, now) }, ...issued.effects],
  };
}

export function transitionOf(
  instance: SagaInstance,
  what: { readonly kind: TransitionKind; readonly step: string | null },
  now: number,
): Transition {
  return {
    seq: instance.seq,
    at: now,
    kind: what.kind,
    step: what.step,
    sagaStatus: instance.status,
    currentStep: instance.outstanding && (instance.steps[instance.outstanding.stepIndex]?.name ?? null),
    failure: instance.failure,
  };
}

/** No transition: the command on its way, its times, or attention changed. */
export function moved(instance: SagaInstance, effects: readonly Effect[] = []): Moved {
  return { kind: 'moved', instance, effects };
}

export function ignored(instance: SagaInstance, cause: IgnoredCause): Decision {
  return { kind: 'ignored', cause, instance, effects: [] };
}

/** Adds attention to a decision, unless it was raised before: the first reason stands until a reply is accepted. */
export function raiseAttention<D extends Decision>(decision: D, reason: string, now: number): D {
  if (decision.instance.attention !== null) return decision;
  const attention: Attention = { reason, since: now };
  return {
    ...decision,
    instance: { ...decision.instance, attention },
    effects: [...decision.effects, { type: 'attention-raised', attention }],
  };
}

/** An accepted reply ends the silence that attention was raised for. */
export function clearAttention(decision: Moved): Moved {
  if (decision.instance.attention === null) return decision;
  return {
    ...decision,
    instance: { ...decision.instance, attention: null },
    effects: [{ type: 'attention-cleared' }, ...decision.effects],
  };
}
