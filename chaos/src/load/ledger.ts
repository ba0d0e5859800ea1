import type { Observation } from '@order-saga/cli';
import type { Ends } from './order-plan.ts';

/** An order as its client knows it. Times are of this process's monotonic clock, in milliseconds. */
export interface ClientOrder {
  readonly key: string;
  readonly customerId: string;
  /** When it was to be placed: what a client waits counts from here, also when the load itself is late. */
  readonly dueAt: number;
  ends: Ends;
  orderId: string | null;
  acknowledgedAt: number | null;
  /** When its client was told that it is approved or cancelled. Only of orders that are followed by a stream. */
  toldEndAt: number | null;
}

export type Errand = 'place' | 'cancel' | 'ask' | 'follow';

/** What a client was answered instead of what it asked for. */
export interface ClientError {
  readonly at: number;
  readonly errand: Errand;
  readonly kind: string;
}

/** Everything that clients did and were told. */
export class Ledger {
  readonly orders: ClientOrder[] = [];
  readonly errors: ClientError[] = [];
  readonly told: Observation[] = [];
  readonly #waiting = new Set<{ readonly dueFrom: number; readonly tell: (at: number) => void }>();

  note(errand: Errand, kind: string): void {
    this.errors.push({ at: performance.now(), errand, kind });
  }

  toldEnd(order: ClientOrder): void {
    const at = performance.now();
    order.toldEndAt = at;
    for (const waiter of this.#waiting) if (order.dueAt >= waiter.dueFrom) waiter.tell(at);
  }

  /** When the first of the orders that were to be placed from then on is told its end; null after the time. */
  nextEnd(dueFrom: number, withinMs: number): Promise<number | null> {
    return new Promise((resolve) => {
      const finish = (at: number | null) => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(at);
      };
      const waiter = { dueFrom, tell: finish };
      const timer = setTimeout(() => finish(null), withinMs);
      this.#waiting.add(waiter);
    });
  }
}
