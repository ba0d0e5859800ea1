import type { Timing } from './definition.ts';
import type { EngineInput, Outstanding } from './instance.ts';

/** Jitter takes off at most this share, so that a first answer has at least four fifths of its time. */
const JITTER_SHARE = 0.2;

/**
 * How long to wait for an answer to the n-th send: min(attemptMs * 2^(n-1), maxAttemptMs) * (0.8 … 1).
 * The jitter spreads the re-sends of sagas that fell silent together.
 */
export function attemptWaitMs(timing: Timing, attempts: number, jitter: number): number {
  const nominal = Math.min(timing.attemptMs * 2 ** (attempts - 1), timing.maxAttemptMs);
  return Math.round(nominal * (1 - JITTER_SHARE + JITTER_SHARE * jitter));
}

/** The next due time of a command just sent or checked: the next attempt, or the deadline if that comes first. */
export function nextDueAt(
  timing: Timing,
  outstanding: Pick<Outstanding, 'attempts' | 'deadlineAt'>,
  input: EngineInput,
): number {
  const attemptAt = input.now + attemptWaitMs(timing, outstanding.attempts, input.jitter);
  return outstanding.deadlineAt > input.now ? Math.min(attemptAt, outstanding.deadlineAt) : attemptAt;
}
