import type { CommandType } from '@order-saga/contracts';

/**
 * A saga as data: its steps in order, who carries each out, how each is undone, and how long to wait.
 * `defineSaga` refuses a definition that cannot be kept, so that the engine never meets one.
 */
export interface SagaDefinition {
  /** Written into every instance, so that a running saga is never read with another's steps. */
  readonly name: string;
  readonly version: number;
  readonly steps: readonly StepDefinition[];
  readonly participants: Readonly<Record<string, ParticipantDefinition>>;
  readonly timing: Timing;
}

export type StepDefinition = CompensatableStep | RetriableStep;

/** Can be rejected, and can be undone. */
export interface CompensatableStep {
  readonly name: string;
  readonly kind: 'compensatable';
  readonly participant: string;
  readonly action: CommandType;
  readonly undo: CommandType;
  /** How long its action may stay unanswered before it is undone although its outcome is unknown. */
  readonly deadlineMs: number;
}

/** Past the pivot: it cannot be rejected and is tried until it succeeds. */
export interface RetriableStep {
  readonly name: string;
  readonly kind: 'retriable';
  readonly participant: string;
  readonly action: CommandType;
  /** Left out for a participant that lacks the command (rule P8). */
  readonly optional?: boolean;
  /** How long it may stay unanswered before attention is raised; it is tried for ever. */
  readonly deadlineMs: number;
}

export interface ParticipantDefinition {
  /** `local`: applied in the orchestrator's own transaction. `kafka`: a command on its topic. */
  readonly placement: 'local' | 'kafka';
  /** False for a participant that lets a late action through after its undo (rule P7). */
  readonly tombstones: boolean;
  /** Commands the participant does not know; an optional step with one of them is skipped. */
  readonly lacks?: readonly CommandType[];
}

export interface Timing {
  /** First wait for a reply before the same command is sent again; doubles up to `maxAttemptMs`, with jitter. */
  readonly attemptMs: number;
  readonly maxAttemptMs: number;
  /** Unanswered for so long, a saga asks for attention. */
  readonly attentionMs: number;
}

export const DEFAULT_TIMING: Timing = { attemptMs: 5_000, maxAttemptMs: 60_000, attentionMs: 60_000 };
export const DEFAULT_STEP_DEADLINE_MS = 15 * 60_000;
