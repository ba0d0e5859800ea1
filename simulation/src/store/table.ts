/** A row as the SQL sees it: column names to values. Rows are replaced, never changed. */
export type Row = Readonly<Record<string, unknown>>;

export interface Unique {
  readonly name: string;
  /** Null: the row takes no part in it. */
  of(row: Row): string | null;
}

export interface TableSpec {
  readonly name: string;
  readonly primary: readonly [string, string?];
  readonly uniques?: readonly Unique[];
  /** Found by them, and not forbidden to occur twice. */
  readonly lookups?: readonly Unique[];
  readonly checks?: readonly { readonly name: string; holds(row: Row): boolean }[];
  /** How columns travel that are not text, numbers or truth values. */
  readonly travels?: Readonly<Record<string, 'json' | 'array'>>;
  /** What the database fills into each new row; `now` is its clock in milliseconds. */
  defaults?(now: number): Row;
}

/** What is committed of one table, found by each of its unique keys. */
export class Table {
  readonly spec: TableSpec;
  readonly uniques: readonly Unique[];
  readonly rows = new Map<string, Row>();
  readonly #indexed: readonly Unique[];
  readonly #indexes = new Map<string, Map<string, string>>();

  constructor(spec: TableSpec) {
    this.spec = spec;
    this.uniques = spec.uniques ?? [];
    this.#indexed = [...this.uniques, ...(spec.lookups ?? [])];
    for (const { name } of this.#indexed) this.#indexes.set(name, new Map());
  }

  get name(): string {
    return this.spec.name;
  }

  keyOf(row: Row): string {
    const [first, second] = this.spec.primary;
    const key = row[first as string];
    return second === undefined ? String(key) : `${key} ${row[second]}`;
  }

  /** The key of the row that holds this value. */
  find(unique: Unique, value: string): string | undefined {
    return this.#indexes.get(unique.name)?.get(value);
  }

  findBy(uniqueName: string, value: string): Row | undefined {
    const key = this.#indexes.get(uniqueName)?.get(value);
    return key === undefined ? undefined : this.rows.get(key);
  }

  put(key: string, row: Row | null): void {
    const before = this.rows.get(key);
    for (const unique of this.#indexed) {
      const index = this.#indexes.get(unique.name) as Map<string, string>;
      const was = before && unique.of(before);
      const is = row && unique.of(row);
      if (was === is) continue;
      if (was) index.delete(was);
      if (is) index.set(is, key);
    }
    if (row === null) this.rows.delete(key);
    else this.rows.set(key, row);
  }
}
