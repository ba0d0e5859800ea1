import type { OutboxMessage, OutboxRef } from './outbox/outbox-message.ts';
import type { WriteList } from './working-set.ts';

/**
 * The store port: one lane's connection, one transaction at a time. Two adapters keep it, PostgreSQL and (for
 * simulation) memory.
 */
export interface Session<Message, State extends TurnState> {
  /**
   * Begins, locks every row the messages may change in one fixed order (rule L1), and reads what they are decided on.
   * `afterConflict`: reads by every unique key that `commit` can hit, also where a hit was unlikely before (rule L7).
   */
  load(messages: readonly Message[], afterConflict: boolean): Promise<Loaded<State>>;
  /** Saves and commits. Resolves only when the store said that it committed; rejects with a `StoreFailure`. */
  commit(state: State, published: readonly OutboxRef[]): Promise<void>;
  rollback(): Promise<void>;
  /** Writes and rolls back: tells a message's own fault from a store that takes no writes (rule L7). */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface Loaded<State> {
  readonly state: State;
  /** The store's clock, read after the locks, in milliseconds since 1970 (rule E2). */
  readonly now: number;
}

/** What every turn writes, whatever the service. */
export interface TurnState {
  readonly outbox: WriteList<OutboxMessage>;
  accept(): void;
  discard(): void;
}

/** Decides one message on the state that the messages before it left. Writes to the state only; no clock, no random, no I/O. */
export interface Decider<Message, State extends TurnState, Answer> {
  /** Messages with equal keys are never in two lanes at once (rule L4). */
  laneKey(message: Message): string;
  decide(state: State, message: Message, turn: TurnContext): Answer;
  /** Told once per committed turn: what a rerun must not count twice is counted here. */
  afterCommit?(state: State): void;
}

export interface TurnContext {
  readonly now: number;
  /** Drawn once per message: a rerun writes the same outbox rows. */
  readonly generation: string;
  /** Drawn once per message, in [0, 1). */
  readonly jitter: number;
  /** The message's last try before it may be parked: do only what cannot be put off (rule E3). */
  readonly isLastTry: boolean;
}

/**
 * `conflict`: rerun from LOAD. `message`: the data of one message is at fault. `not-committed`: the store is at fault and
 * nothing was committed. `unknown`: it is at fault and may have committed.
 */
export type StoreFailureKind = 'conflict' | 'message' | 'not-committed' | 'unknown';

export class StoreFailure extends Error {
  readonly code = 'STORE_FAILURE';
  readonly kind: StoreFailureKind;
  /** The SQLSTATE or system error code, for logs and counts. */
  readonly sqlState: string;

  constructor(kind: StoreFailureKind, sqlState: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
    this.sqlState = sqlState;
  }
}
