import { drain } from './drain.ts';
import type { Life } from './life.ts';

export interface Scheduled {
  readonly at: number;
  readonly order: number;
  /** Whose it is; what no process owns happens in the network, a server or at a client. */
  readonly owner: Life | null;
  run: (() => void) | null;
}

/**
 * Virtual time: events in the order of their instants, and of their making within one. Between two of them every
 * promise that can settle has settled.
 */
export class Scheduler {
  /** Milliseconds since the world began. */
  now = 0;
  /** Events that ran. */
  events = 0;
  readonly #heap: Scheduled[] = [];
  readonly #soon: { readonly owner: Life; readonly run: () => void }[] = [];
  #made = 0;

  after(ms: number, owner: Life | null, run: () => void): Scheduled {
    const event: Scheduled = { at: this.now + ms, order: this.#made++, owner, run };
    this.#push(event);
    return event;
  }

  /** Behind this event, before time goes on. */
  soon(owner: Life, run: () => void): void {
    this.#soon.push({ owner, run });
  }

  /** False when nothing is left to happen. */
  step(): boolean {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      const { run, owner } = event;
      if (run === null || owner?.isDead) continue;
      this.now = event.at;
      this.events += 1;
      if (owner === null) run();
      else owner.deliver(run);
      drain();
      while (this.#soon.length > 0) {
        for (const soon of this.#soon.splice(0)) {
          soon.owner.deliver(soon.run);
          drain();
        }
      }
      return true;
    }
    return false;
  }

  #push(event: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Scheduled;
      if (isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Scheduled | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Scheduled, heap[child] as Scheduled))
        child += 1;
      const below = heap[child] as Scheduled;
      if (isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (a: Scheduled, b: Scheduled): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
