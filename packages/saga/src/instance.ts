import type { CommandType, Failure, SagaStatus, TransitionKind } from '@order-saga/contracts';

/** One saga as the engine sees it: plain, serialisable data. All times are milliseconds since 1970, the database's clock. */
export interface SagaInstance {
  readonly id: string;
  readonly status: SagaStatus;
  readonly direction: Direction;
  readonly steps: readonly StepInstance[];
  /** What the saga waits for; null at the end. */
  readonly outstanding: Outstanding | null;
  /** Counts the transitions; equals the last history entry's `seq` (rule E4). */
  readonly seq: number;
  /** Why it compensates. */
  readonly failure: Failure | null;
  /** "Needs attention" is a fact beside the status, not a status. */
  readonly attention: Attention | null;
  /** Remote commands are held back until the saga is admitted (rule L9). */
  readonly admitted: boolean;
}

export type Direction = 'forward' | 'backward';

/**
 * `pending` was not sent yet. `rejected` had no effect; `dropped` was recorded, never sent. `unknown` was sent, is not
 * answered, and will be undone as soon as its participant allows it (rule P7). `skipped`: the participant lacks the command.
 */
export type StepState =
  | 'pending'
  | 'running'
  | 'completed'
  | 'rejected'
  | 'unknown'
  | 'dropped'
  | 'undoing'
  | 'undone'
  | 'skipped';

export interface StepInstance {
  readonly name: string;
  readonly state: StepState;
  /** Sends of its current or last command, the first included. */
  readonly attempts: number;
  /** When its action was first sent. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What its action's Success carried; the undo and later steps are built from it. */
  readonly result: unknown;
  readonly error: Failure | null;
}

/** The one command whose reply counts. */
export interface Outstanding {
  readonly stepIndex: number;
  readonly direction: Direction;
  /** Raised by an operator's retry only; part of the command's id and key. */
  readonly epoch: number;
  readonly commandId: string;
  /** Its outbox row (or local effect) was committed; a recorded but unsent command is dropped, not undone (rule E1). */
  readonly sent: boolean;
  /** Sends so far; 0 while it is unsent. */
  readonly attempts: number;
  /** When it was first sent, or recorded while it is unsent. */
  readonly issuedAt: number;
  /** When a deadline or a freeze was last accounted for. */
  readonly checkedAt: number;
  /** When it is sent again if nobody answers, or its deadline if that comes first: the saga's true next due time. */
  readonly dueAt: number;
  /** Means nothing while the command is unsent: the deadline begins when it is sent. */
  readonly deadlineAt: number;
}

export interface Attention {
  readonly reason: string;
  readonly since: number;
}

/** What happened to a saga that runs; `startSaga` begins one. */
export type SagaEvent =
  | { readonly type: 'admit' }
  | {
      readonly type: 'reply';
      readonly commandId: string;
      readonly outcome: 'succeeded' | 'failed';
      readonly result: unknown;
      readonly error: Failure | null;
    }
  /**
   * A hint that something may be due. `blind`: the process cannot see replies, or the command's outbox row still exists;
   * then the deadline stands still and nothing is sent (rule E2). `mayResend`: the re-send budget has a token.
   */
  | { readonly type: 'wake'; readonly blind: boolean; readonly mayResend: boolean }
  /** A client's cancel or an operator's compensate; the step deadline is the same event from within (rule E1). */
  | { readonly type: 'cancel'; readonly failure: Failure };

/** What the caller must do, in order. */
export type Effect =
  | { readonly type: 'send'; readonly command: CommandIntent; readonly isResend: boolean }
  /** The outstanding command is recorded and waits for admission. */
  | { readonly type: 'await-admission' }
  | { readonly type: 'transition'; readonly transition: Transition }
  | { readonly type: 'attention-raised'; readonly attention: Attention }
  | { readonly type: 'attention-cleared' };

/** Which command to build and where it goes; the payload is the saga's business, not the engine's. */
export interface CommandIntent {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly sagaId: string;
  readonly type: CommandType;
  readonly step: string;
  readonly direction: Direction;
  readonly participant: string;
  readonly placement: 'local' | 'kafka';
  /** Its first issue, so that a re-send is the same message. */
  readonly issuedAt: number;
}

export interface Transition {
  readonly seq: number;
  readonly at: number;
  readonly kind: TransitionKind;
  readonly step: string | null;
  readonly sagaStatus: SagaStatus;
  /** The outstanding step after it; null at the end. */
  readonly currentStep: string | null;
  readonly failure: Failure | null;
}

/** Why an event changed nothing; counted and logged by cause. */
export type IgnoredCause =
  | 'saga-is-over'
  | 'not-the-outstanding-command'
  | 'not-yet-sent'
  /** A Failed where none is allowed: it counts as silence, plus attention (rule P4). */
  | 'failed-reply-to-undo-or-retriable'
  | 'not-due'
  | 'already-admitted'
  | 'already-compensating'
  | 'past-pivot';

/** The only inputs besides the event: the engine has no clock and no random. */
export interface EngineInput {
  readonly now: number;
  /** In [0, 1): spreads the re-sends. */
  readonly jitter: number;
}

export type Decision =
  | { readonly kind: 'moved'; readonly instance: SagaInstance; readonly effects: readonly Effect[] }
  /** `instance` differs from the one given at most in what is no transition: attention, the next due time. */
  | {
      readonly kind: 'ignored';
      readonly cause: IgnoredCause;
      readonly instance: SagaInstance;
      readonly effects: readonly Effect[];
    };
