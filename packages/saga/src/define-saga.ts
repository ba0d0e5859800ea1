import type {
  ParticipantDefinition,
  RetriableStep,
  SagaDefinition,
  StepDefinition,
  Timing,
} from './definition.ts';
import type { Flaw } from './definition-flaw.ts';

/** Step names are part of idempotency keys, ids, history and logs. */
const STEP_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/**
 * Returns the definition as it is, or throws what is wrong with it and what to do. What is written out as a literal is
 * refused by the compiler already; this also catches what was computed or configured.
 */
export function defineSaga<const D extends SagaDefinition>(
  definition: D & ([Flaw<D>] extends [never] ? unknown : { readonly flaw: Flaw<D> }),
): D {
  const flaw = flawOf(definition);
  if (flaw !== undefined) throw new Error(`saga ${definition.name}: ${flaw}`);
  return definition;
}

function flawOf(definition: SagaDefinition): string | undefined {
  return [...timingFlaws(definition.timing), ...orderFlaws(definition), ...stepFlaws(definition)][0];
}

function* timingFlaws(timing: Timing): Generator<string> {
  for (const name of ['attemptMs', 'maxAttemptMs', 'attentionMs'] as const) {
    if (!isDuration(timing[name])) yield mustBeDuration(`timing.${name}`, timing[name]);
  }
  if (timing.attemptMs > timing.maxAttemptMs) {
    yield `timing.attemptMs is ${timing.attemptMs} but waits double only up to timing.maxAttemptMs, ${timing.maxAttemptMs}; raise maxAttemptMs to at least that`;
  }
}

function* orderFlaws({ steps }: SagaDefinition): Generator<string> {
  const [first] = steps;
  if (first === undefined) {
    yield 'it has no steps; list at least one';
    return;
  }
  if (first.kind === 'retriable' && first.optional === true) {
    yield `its first step ${first.name} is optional, so the saga might have nothing to start with; put a step that is always done first`;
  }
  const names = new Set<string>();
  let pivot: RetriableStep | undefined;
  for (const step of steps) {
    if (names.has(step.name)) yield `two steps are named ${step.name}; give each a name of its own`;
    names.add(step.name);
    if (step.kind === 'retriable') pivot ??= step;
    else if (pivot !== undefined) {
      yield `step ${step.name} is compensatable but stands after ${pivot.name}, from which the saga only goes forward; move it before ${pivot.name} or make it retriable`;
    }
  }
}

function* stepFlaws({ steps, participants }: SagaDefinition): Generator<string> {
  for (const step of steps) {
    if (!STEP_NAME.test(step.name)) {
      yield `a step is named '${step.name}'; use letters, digits, - and _, a letter first, at most 64`;
    }
    if (!isDuration(step.deadlineMs))
      yield mustBeDuration(`deadlineMs of step ${step.name}`, step.deadlineMs);
    yield* kindFlaws(step);
    const participant = Object.hasOwn(participants, step.participant)
      ? participants[step.participant]
      : undefined;
    if (participant === undefined) {
      const known = Object.keys(participants).join(', ') || 'none';
      yield `step ${step.name} is for participant ${step.participant}, which is not declared (${known}); declare it in participants`;
    } else {
      yield* lackFlaws(step, participant);
    }
  }
}

/** What the types rule out, for a definition that came past them. */
function* kindFlaws(step: StepDefinition): Generator<string> {
  switch (step.kind) {
    case 'compensatable': {
      const { undo, optional }: { readonly undo?: unknown; readonly optional?: unknown } = step;
      if (undo === undefined)
        yield `step ${step.name} is compensatable but has no undo; name the command that undoes it`;
      if (optional !== undefined) {
        yield `step ${step.name} is compensatable and optional; only a retriable step can be left out`;
      }
      return;
    }
    case 'retriable':
      return;
    default:
      step satisfies never;
  }
}

function* lackFlaws(step: StepDefinition, { lacks = [] }: ParticipantDefinition): Generator<string> {
  const needed = step.kind === 'compensatable' ? [step.action, step.undo] : [step.action];
  const missing = needed.find((command) => lacks.includes(command));
  if (missing === undefined || (step.kind === 'retriable' && step.optional === true)) return;
  yield `step ${step.name} needs ${missing}, which participant ${step.participant} lacks; only an optional retriable step can be skipped`;
}

function isDuration(ms: number): boolean {
  return Number.isFinite(ms) && ms > 0;
}

function mustBeDuration(what: string, ms: number): string {
  return `${what} is ${ms}; give a finite number of milliseconds above 0`;
}
