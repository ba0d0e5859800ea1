/** A message on its way through the lanes, with what its owner wants to hear of it. At most one of the three is called; none when the lanes are closed before. */
export interface Entry<Message, Answer> {
  readonly message: Message;
  /** Work in progress (replies, undo, wake-ups) goes before new work. */
  readonly isUrgent: boolean;
  /** Its effects are committed. */
  committed(answer: Answer): void;
  /** It fails alone, by its own fault, again and again. Whoever owns it makes that durable. */
  parked(fault: MessageFault): Promise<void>;
  /** It was not done within `afterMs` and has left the queue: nothing of it happened. Absent: it waits for ever. */
  readonly expiry?: { readonly afterMs: number; expired(): void };
}

export interface MessageFault {
  /** UPPER_SNAKE, stable: what an operator filters by. */
  readonly cause: string;
  readonly detail: string;
  readonly attempts: number;
}

/** An entry in the queue, with what was drawn for it once (rule L6). */
export interface Queued<Message, Answer> {
  readonly entry: Entry<Message, Answer>;
  readonly laneKey: string;
  readonly generation: string;
  readonly jitter: number;
  readonly queuedAt: number;
  /** A commit with it ended in the unknown: it may have happened, so it can no longer be refused. */
  mayHaveHappened: boolean;
  /** Failures while it was alone in its turn. */
  ownFailures: number;
}
