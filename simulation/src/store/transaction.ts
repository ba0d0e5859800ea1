import type { Locks } from './locks.ts';
import { SqlError } from './sql-error.ts';
import type { Row, Table } from './table.ts';

/** A lock is not free yet: the statement is begun anew when it is. Thrown, so that handlers read straight down. */
export const WAIT = Symbol('wait for a lock');

export interface Change {
  readonly table: Table;
  readonly key: string;
  readonly before: Row | undefined;
  readonly after: Row | null;
}

/** Read committed: it sees what is committed and what it wrote itself; what it wrote is seen by others at its commit. */
export class Transaction {
  readonly #locks: Locks;
  /** Of each table that it wrote to, side by side: there are few. */
  readonly #tables: Table[] = [];
  readonly #writes: Map<string, Row | null>[] = [];
  readonly #inserted: [Table, Row][] = [];
  isFailed = false;

  constructor(locks: Locks) {
    this.#locks = locks;
  }

  get(table: Table, key: string): Row | undefined {
    const writes = this.#writes[this.#tables.indexOf(table)];
    const written = writes?.get(key);
    return written === undefined ? table.rows.get(key) : (written ?? undefined);
  }

  findBy(table: Table, uniqueName: string, value: string): Row | undefined {
    return table.findBy(uniqueName, value);
  }

  lock(table: Table, key: string): void {
    if (!this.#locks.take(this, table, key)) throw WAIT;
  }

  /** False: skip it, somebody else has it. */
  isFree(table: Table, key: string): boolean {
    return this.#locks.isFree(this, table, key);
  }

  /** All rows of a statement or none: what waits has written nothing. */
  insert(table: Table, rows: readonly Row[], onConflict: 'raise' | 'ignore'): void {
    const keys = rows.map((row) => table.keyOf(row));
    const violated = rows.map((row, index) => this.#conflict(table, row, keys[index] as string));
    const isAlone = rows.length === 1;
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as Row;
      const key = keys[index] as string;
      // A second look finds a key of the same statement.
      const violation = violated[index] ?? (isAlone ? null : this.#conflict(table, row, key));
      if (violation !== null && onConflict === 'raise') throw uniqueViolation(table, violation as string);
      if (violation !== null) continue;
      this.#write(table, key, row);
      this.#inserted.push([table, row]);
    }
  }

  /** It has to wait: what it inserted is seen by nobody, and others must wait for it. */
  guardInserts(): void {
    for (const [table, row] of this.#inserted) {
      this.#locks.guardInsert(this, `${table.name} ${table.keyOf(row)}`);
      for (const unique of table.uniques)
        this.#locks.guardInsert(this, `${table.name} ${unique.name} ${unique.of(row)}`);
    }
  }

  /** The row must be locked. */
  update(table: Table, key: string, row: Row): void {
    this.#write(table, key, row);
  }

  delete(table: Table, key: string): void {
    this.#writesOf(table).set(key, null);
  }

  commit(): Change[] {
    const changes: Change[] = [];
    for (let at = 0; at < this.#tables.length; at += 1) {
      const table = this.#tables[at] as Table;
      const writes = this.#writes[at] as Map<string, Row | null>;
      for (const [key, after] of writes) {
        const before = table.rows.get(key);
        table.put(key, after);
        changes.push({ table, key, before, after });
      }
    }
    this.#locks.release(this);
    return changes;
  }

  rollback(): void {
    this.#tables.length = 0;
    this.#writes.length = 0;
    this.#locks.release(this);
  }

  /** The violated key's name; waits for whoever is about to insert the same. */
  #conflict(table: Table, row: Row, key: string): string | null {
    if (this.get(table, key) !== undefined) return `${table.name}_pkey`;
    if (this.#locks.hasInserts && !this.#locks.mayInsert(this, `${table.name} ${key}`)) throw WAIT;
    for (const unique of table.uniques) {
      const value = unique.of(row);
      if (value === null) continue;
      if (table.find(unique, value) !== undefined || this.#wrote(table, unique.of, value)) return unique.name;
      if (this.#locks.hasInserts && !this.#locks.mayInsert(this, `${table.name} ${unique.name} ${value}`))
        throw WAIT;
    }
    return null;
  }

  #wrote(table: Table, of: (row: Row) => string | null, value: string): boolean {
    const writes = this.#writes[this.#tables.indexOf(table)];
    if (writes === undefined) return false;
    for (const row of writes.values()) if (row !== null && of(row) === value) return true;
    return false;
  }

  #write(table: Table, key: string, row: Row): void {
    const broken = table.spec.checks?.find((check) => !check.holds(row));
    if (broken !== undefined)
      throw new SqlError('23514', `row of ${table.name} violates check constraint ${broken.name}`);
    this.#writesOf(table).set(key, row);
  }

  #writesOf(table: Table): Map<string, Row | null> {
    const known = this.#writes[this.#tables.indexOf(table)];
    if (known !== undefined) return known;
    const writes = new Map<string, Row | null>();
    this.#tables.push(table);
    this.#writes.push(writes);
    return writes;
  }
}

const uniqueViolation = (table: Table, name: string) =>
  new SqlError('23505', `duplicate key of ${table.name} violates unique constraint ${name}`);
