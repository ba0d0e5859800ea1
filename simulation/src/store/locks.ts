import type { Transaction } from './transaction.ts';

interface Waiter {
  readonly transaction: Transaction;
  readonly granted: () => void;
}

/** Row locks, exclusive, first come first served. */
export class Locks {
  readonly #holders = new Map<string, Transaction>();
  readonly #held = new Map<Transaction, Set<string>>();
  readonly #lines = new Map<string, Waiter[]>();
  /** What a transaction waits for; set by the `take` that was refused. */
  readonly #wanted = new Map<Transaction, string>();

  take(transaction: Transaction, key: string): boolean {
    const holder = this.#holders.get(key);
    if (holder === transaction) return true;
    if (holder !== undefined) {
      this.#wanted.set(transaction, key);
      return false;
    }
    this.#grant(transaction, key);
    return true;
  }

  isFree(transaction: Transaction, key: string): boolean {
    const holder = this.#holders.get(key);
    return holder === undefined || holder === transaction;
  }

  /** Stands in line for what the last `take` was refused. False: it would wait for itself, a deadlock. */
  wait(transaction: Transaction, granted: () => void): boolean {
    const key = this.#wanted.get(transaction) as string;
    for (let at: string | undefined = key; at !== undefined; ) {
      const holder = this.#holders.get(at);
      if (holder === transaction) {
        this.#wanted.delete(transaction);
        return false;
      }
      at = holder && this.#wanted.get(holder);
    }
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, [{ transaction, granted }]);
    else line.push({ transaction, granted });
    return true;
  }

  stopWaiting(transaction: Transaction): void {
    const key = this.#wanted.get(transaction);
    if (key === undefined) return;
    this.#wanted.delete(transaction);
    const line = this.#lines.get(key)?.filter((waiter) => waiter.transaction !== transaction) ?? [];
    if (line.length > 0) this.#lines.set(key, line);
    else this.#lines.delete(key);
  }

  release(transaction: Transaction): void {
    this.stopWaiting(transaction);
    const held = this.#held.get(transaction);
    if (held === undefined) return;
    this.#held.delete(transaction);
    const granted: Waiter[] = [];
    for (const key of held) {
      this.#holders.delete(key);
      const line = this.#lines.get(key);
      const next = line?.shift();
      if (line?.length === 0) this.#lines.delete(key);
      if (next === undefined) continue;
      this.#wanted.delete(next.transaction);
      this.#grant(next.transaction, key);
      granted.push(next);
    }
    for (const waiter of granted) waiter.granted();
  }

  #grant(transaction: Transaction, key: string): void {
    this.#holders.set(key, transaction);
    const held = this.#held.get(transaction);
    if (held === undefined) this.#held.set(transaction, new Set([key]));
    else held.add(key);
  }
}
