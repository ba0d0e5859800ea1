import type { Queued } from './entry.ts';

/** Two lines, work in progress before new work, from which a lane takes what no other lane is busy with (rule L4). */
export class Queue<Message, Answer> {
  #urgent: Queued<Message, Answer>[] = [];
  #fresh: Queued<Message, Answer>[] = [];

  get size(): number {
    return this.#urgent.length + this.#fresh.length;
  }

  push(queued: Queued<Message, Answer>): void {
    (queued.entry.isUrgent ? this.#urgent : this.#fresh).push(queued);
  }

  /** Up to `cap` entries, in order, without those whose lane key is busy. A key that is passed over stays in order. */
  take(cap: number, busy: ReadonlySet<string>): Queued<Message, Answer>[] {
    const taken: Queued<Message, Answer>[] = [];
    this.#urgent = takeFrom(this.#urgent, taken, cap, busy);
    this.#fresh = takeFrom(this.#fresh, taken, cap, busy);
    return taken;
  }

  /** Removes and returns the entries that have waited longer than they may. */
  takeExpired(nowMs: number): Queued<Message, Answer>[] {
    const expired: Queued<Message, Answer>[] = [];
    const keep = (queued: Queued<Message, Answer>) => {
      if (!isExpired(queued, nowMs)) return true;
      expired.push(queued);
      return false;
    };
    this.#urgent = this.#urgent.filter(keep);
    this.#fresh = this.#fresh.filter(keep);
    return expired;
  }
}

export const isExpired = <Message, Answer>(queued: Queued<Message, Answer>, nowMs: number): boolean =>
  queued.entry.expiry !== undefined &&
  !queued.mayHaveHappened &&
  nowMs - queued.queuedAt > queued.entry.expiry.afterMs;

/** Parts a group into what may go on and what has waited longer than it may. */
export const splitExpired = <Message, Answer>(
  group: readonly Queued<Message, Answer>[],
  nowMs: number,
): { live: Queued<Message, Answer>[]; expired: Queued<Message, Answer>[] } => {
  const live: Queued<Message, Answer>[] = [];
  const expired: Queued<Message, Answer>[] = [];
  for (const queued of group) (isExpired(queued, nowMs) ? expired : live).push(queued);
  return { live, expired };
};

function takeFrom<Message, Answer>(
  line: Queued<Message, Answer>[],
  taken: Queued<Message, Answer>[],
  cap: number,
  busy: ReadonlySet<string>,
): Queued<Message, Answer>[] {
  const passedOver: Queued<Message, Answer>[] = [];
  let index = 0;
  for (; index < line.length && taken.length < cap; index++) {
    const queued = line[index] as Queued<Message, Answer>;
    (busy.has(queued.laneKey) ? passedOver : taken).push(queued);
  }
  if (index === line.length) return passedOver;
  return passedOver.length === 0 ? line.slice(index) : [...passedOver, ...line.slice(index)];
}
