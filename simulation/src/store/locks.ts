import type { Table } from './table.ts';
import type { Transaction } from './transaction.ts';

interface Waiter {
  readonly transaction: Transaction;
  readonly granted: () => void;
}

interface Wanted {
  readonly lock: Map<string, Transaction>;
  readonly key: string;
}

/** Row locks, exclusive, first come first served; and the keys that somebody is about to insert. */
export class Locks {
  readonly #rows = new Map<Table, Map<string, Transaction>>();
  /** Only of transactions that had to wait after an insert: the others commit before anybody can look. */
  readonly #inserts = new Map<string, Transaction>();
  readonly #held = new Map<Transaction, Wanted[]>();
  readonly #lines = new Map<Map<string, Transaction>, Map<string, Waiter[]>>();
  /** What a transaction waits for; set by the `take` that was refused. */
  readonly #wanted = new Map<Transaction, Wanted>();

  take(transaction: Transaction, table: Table, key: string): boolean {
    return this.#take(transaction, this.#rowsOf(table), key);
  }

  isFree(transaction: Transaction, table: Table, key: string): boolean {
    const holder = this.#rows.get(table)?.get(key);
    return holder === undefined || holder === transaction;
  }

  get hasInserts(): boolean {
    return this.#inserts.size > 0;
  }

  /** Nobody else is about to insert it. */
  mayInsert(transaction: Transaction, key: string): boolean {
    const holder = this.#inserts.get(key);
    if (holder === undefined || holder === transaction) return true;
    this.#wanted.set(transaction, { lock: this.#inserts, key });
    return false;
  }

  guardInsert(transaction: Transaction, key: string): void {
    if (!this.#inserts.has(key)) this.#take(transaction, this.#inserts, key);
  }

  /** Stands in line for what was refused last. False: it would wait for itself, a deadlock. */
  wait(transaction: Transaction, granted: () => void): boolean {
    const wanted = this.#wanted.get(transaction) as Wanted;
    for (let at: Wanted | undefined = wanted; at !== undefined; ) {
      const holder = at.lock.get(at.key);
      if (holder === transaction) {
        this.#wanted.delete(transaction);
        return false;
      }
      at = holder && this.#wanted.get(holder);
    }
    const lines = this.#lines.get(wanted.lock) ?? new Map<string, Waiter[]>();
    this.#lines.set(wanted.lock, lines);
    lines.set(wanted.key, [...(lines.get(wanted.key) ?? []), { transaction, granted }]);
    return true;
  }

  stopWaiting(transaction: Transaction): void {
    const wanted = this.#wanted.get(transaction);
    if (wanted === undefined) return;
    this.#wanted.delete(transaction);
    const lines = this.#lines.get(wanted.lock);
    const line = lines?.get(wanted.key)?.filter((waiter) => waiter.transaction !== transaction) ?? [];
    if (line.length > 0) lines?.set(wanted.key, line);
    else lines?.delete(wanted.key);
  }

  release(transaction: Transaction): void {
    this.stopWaiting(transaction);
    const held = this.#held.get(transaction);
    if (held === undefined) return;
    this.#held.delete(transaction);
    const granted: Waiter[] = [];
    for (const { lock, key } of held) {
      lock.delete(key);
      const line = this.#lines.get(lock)?.get(key);
      const next = line?.shift();
      if (line?.length === 0) this.#lines.get(lock)?.delete(key);
      if (next === undefined) continue;
      this.#wanted.delete(next.transaction);
      this.#take(next.transaction, lock, key);
      granted.push(next);
    }
    for (const waiter of granted) waiter.granted();
  }

  #take(transaction: Transaction, lock: Map<string, Transaction>, key: string): boolean {
    const holder = lock.get(key);
    if (holder === transaction) return true;
    if (holder !== undefined) {
      this.#wanted.set(transaction, { lock, key });
      return false;
    }
    lock.set(key, transaction);
    const held = this.#held.get(transaction);
    if (held === undefined) this.#held.set(transaction, [{ lock, key }]);
    else held.push({ lock, key });
    return true;
  }

  #rowsOf(table: Table): Map<string, Transaction> {
    let rows = this.#rows.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(table, rows);
    }
    return rows;
  }
}
