import { isTerminalSagaStatus, type SagaTransition } from '@order-saga/contracts';

/** One change of an order as subscribers are told of it. */
export interface SagaStatusUpdate extends SagaTransition {
  readonly orderId: string;
  readonly sagaId: string;
}

/** How many transitions may wait for the ones before them; the history has them all, so more are not worth keeping. */
const MAX_AHEAD = 64;

/**
 * The history of one saga as far as it is known here: from 1 on, without a gap. What comes twice is ignored; what
 * comes early waits until the gap before it is filled. All watchers of the order read from this one list.
 */
export class Course {
  readonly #orderId: string;
  readonly #sagaId: string;
  readonly #updates: SagaStatusUpdate[] = [];
  readonly #ahead = new Map<number, SagaTransition>();

  constructor(orderId: string, sagaId: string) {
    this.#orderId = orderId;
    this.#sagaId = sagaId;
  }

  get version(): number {
    return this.#updates.length;
  }

  get hasGap(): boolean {
    return this.#ahead.size > 0;
  }

  get hasEnded(): boolean {
    const last = this.#updates.at(-1);
    return last !== undefined && isTerminalSagaStatus(last.sagaStatus);
  }

  /** The change that led to `version`; undefined while it is not known. */
  at(version: number): SagaStatusUpdate | undefined {
    return this.#updates[version - 1];
  }

  /** Answers whether anything became known that was not before. */
  accept(transitions: readonly SagaTransition[]): boolean {
    const before = this.version;
    for (const transition of transitions) {
      if (transition.seq <= this.version) continue;
      if (transition.seq === this.version + 1) this.#append(transition);
      else if (this.#ahead.size < MAX_AHEAD) this.#ahead.set(transition.seq, transition);
    }
    return this.version > before;
  }

  #append(transition: SagaTransition): void {
    let next: SagaTransition | undefined = transition;
    while (next !== undefined) {
      this.#ahead.delete(next.seq);
      this.#updates.push({ ...next, orderId: this.#orderId, sagaId: this.#sagaId });
      next = this.#ahead.get(this.version + 1);
    }
  }
}
