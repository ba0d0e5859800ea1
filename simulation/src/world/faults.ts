/** What can go wrong in a world, as data: a plan of them is a seed's, can be printed, and can be made smaller. */
export type Fault =
  /** A process dies at its n-th step into the outside: before the request leaves, or when it was acted on. */
  | {
      readonly kind: 'crash';
      readonly nth: number;
      readonly phase: 'before' | 'after';
      readonly downMs: number;
    }
  /** As SIGSTOP and SIGCONT: it goes on later, and does not know that the world did. */
  | { readonly kind: 'stop'; readonly nth: number; readonly forMs: number }
  | { readonly kind: 'message-lost'; readonly nth: number }
  | { readonly kind: 'message-doubled'; readonly nth: number; readonly afterMs: number }
  /** Stored so much later, behind whatever came meanwhile. */
  | { readonly kind: 'message-delayed'; readonly nth: number; readonly byMs: number }
  /** Stored behind the message that follows it. */
  | { readonly kind: 'message-reordered'; readonly nth: number }
  /** The batch is stored, and the sender told that nobody knows. */
  | { readonly kind: 'publish-unacknowledged'; readonly nth: number }
  | { readonly kind: 'publish-refused'; readonly nth: number }
  | { readonly kind: 'broker-wiped'; readonly atMs: number }
  | { readonly kind: 'broker-away'; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'rebalance'; readonly atMs: number; readonly service: number }
  /** The transaction is rolled back, and the sender knows. */
  | { readonly kind: 'commit-aborted'; readonly nth: number }
  | { readonly kind: 'commit-answer-lost'; readonly nth: number }
  | { readonly kind: 'commit-lost'; readonly nth: number }
  /** The connection breaks at once; the server, holding its locks, commits so much later. */
  | { readonly kind: 'commit-late'; readonly nth: number; readonly afterMs: number }
  /** The answer of a trip never comes, and nobody says so: a black hole. */
  | { readonly kind: 'trip-hung'; readonly nth: number }
  /** A statement outside the lanes (a claim, a count, a dead letter) is carried out, and its answer lost. */
  | { readonly kind: 'statement-answer-lost'; readonly nth: number }
  | { readonly kind: 'store-cut'; readonly atMs: number; readonly service: number }
  | { readonly kind: 'store-away'; readonly atMs: number; readonly service: number; readonly forMs: number }
  | { readonly kind: 'clock-jump'; readonly atMs: number; readonly service: number; readonly byMs: number }
  | { readonly kind: 'provider-error'; readonly nth: number; readonly isDone: boolean }
  | { readonly kind: 'provider-never'; readonly nth: number; readonly isDone: boolean }
  | { readonly kind: 'provider-late'; readonly nth: number; readonly byMs: number };

export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;
export type TimedFault = Extract<Fault, { readonly atMs: number }>;
export type CountedFault = Extract<Fault, { readonly nth: number }>;

/** What is counted, so that a fault can name the n-th of it. */
export type Opportunity = 'step' | 'message' | 'publish' | 'commit' | 'trip' | 'statement' | 'provider';

export const OPPORTUNITY_OF: Readonly<Record<CountedFault['kind'], Opportunity>> = {
  crash: 'step',
  stop: 'step',
  'message-lost': 'message',
  'message-doubled': 'message',
  'message-delayed': 'message',
  'message-reordered': 'message',
  'publish-unacknowledged': 'publish',
  'publish-refused': 'publish',
  'commit-aborted': 'commit',
  'commit-answer-lost': 'commit',
  'commit-lost': 'commit',
  'commit-late': 'commit',
  'trip-hung': 'trip',
  'statement-answer-lost': 'statement',
  'provider-error': 'provider',
  'provider-never': 'provider',
  'provider-late': 'provider',
};

export const isTimed = (fault: Fault): fault is TimedFault => 'atMs' in fault;

/** The plan while it runs: who comes to the n-th opportunity learns what goes wrong there. */
export class Faults {
  readonly injected: Fault[] = [];
  readonly #byOpportunity = new Map<Opportunity, Map<number, CountedFault>>();
  readonly #counts = new Map<Opportunity, number>();
  #areOver = false;

  constructor(plan: readonly Fault[]) {
    for (const fault of plan) {
      if (isTimed(fault)) continue;
      const opportunity = OPPORTUNITY_OF[fault.kind];
      const of = this.#byOpportunity.get(opportunity) ?? new Map<number, CountedFault>();
      this.#byOpportunity.set(opportunity, of.set(fault.nth, fault));
    }
  }

  at(opportunity: 'step'): FaultOf<'crash' | 'stop'> | undefined;
  at(
    opportunity: 'message',
  ): FaultOf<'message-lost' | 'message-doubled' | 'message-delayed' | 'message-reordered'> | undefined;
  at(opportunity: 'publish'): FaultOf<'publish-unacknowledged' | 'publish-refused'> | undefined;
  at(
    opportunity: 'commit',
  ): FaultOf<'commit-aborted' | 'commit-answer-lost' | 'commit-lost' | 'commit-late'> | undefined;
  at(opportunity: 'trip'): FaultOf<'trip-hung'> | undefined;
  at(opportunity: 'statement'): FaultOf<'statement-answer-lost'> | undefined;
  at(opportunity: 'provider'): FaultOf<'provider-error' | 'provider-never' | 'provider-late'> | undefined;
  at(opportunity: Opportunity): CountedFault | undefined {
    const count = this.#counts.get(opportunity) ?? 0;
    this.#counts.set(opportunity, count + 1);
    if (this.#areOver) return undefined;
    const fault = this.#byOpportunity.get(opportunity)?.get(count);
    if (fault !== undefined) this.injected.push(fault);
    return fault;
  }

  /** How often there was one. */
  seen(opportunity: Opportunity): number {
    return this.#counts.get(opportunity) ?? 0;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#areOver = true;
  }
}
