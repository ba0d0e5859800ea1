/** What the checker answers: one result per invariant, in their order. */

export interface InvariantReport {
  /** No violation was found in what was checked. */
  readonly holds: boolean;
  readonly mode: CheckMode;
  readonly results: readonly InvariantResult[];
  /** Sagas that an operator gave up: what they still owe or hold is theirs to settle, and is counted nowhere else. */
  readonly liabilities: readonly Liability[];
  readonly tookMs: number;
}

/** `always`: what is true at every instant, also under load. `at-rest`: that, and what is true once nothing is under way. */
export type CheckMode = 'always' | 'at-rest';

export interface InvariantResult {
  readonly number: number;
  readonly title: string;
  readonly verdict: 'holds' | 'violated' | 'not checked';
  /** For people: the figures in a sentence, or why it was not checked. */
  readonly says: string;
  /** Amounts are in minor units, and named with their currency. */
  readonly figures: Readonly<Record<string, number>>;
  /** The first of them; `violationCount` counts all. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly checkedRows: number;
}

export interface Violation {
  /** Which part of the invariant it breaks, in a stable slug. */
  readonly rule: string;
  /** What was found and what was expected, with the ids. */
  readonly text: string;
  readonly orderId?: string;
  readonly sagaId?: string;
  readonly productId?: string;
  /** Id and generation of an outbox row, or the id of a command. */
  readonly messageId?: string;
}

export interface Liability {
  readonly orderId: string;
  readonly sagaId: string;
  readonly currency: string;
  /** Captured and not given back. */
  readonly netMinor: number;
  /** Reserved or sold. */
  readonly pieces: number;
}
