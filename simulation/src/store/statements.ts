import type { Statement } from '@order-saga/messaging';
import type { Database } from './database.ts';
import { SqlError } from './sql-error.ts';
import { factsOf, hasClause } from './statement-facts.ts';
import type { Row, Table } from './table.ts';
import type { Transaction } from './transaction.ts';

/**
 * The services' statements, carried out in memory. The product's own LOAD and SAVE run above them; what decides about
 * correctness is read from the text of the statement itself (which rows are locked, in which order, what is guarded),
 * so that a statement which loses such a clause loses its effect here too.
 */
export interface Call {
  readonly database: Database;
  readonly transaction: Transaction;
  readonly statement: Statement;
  readonly values: readonly unknown[];
  /** The rows a locking statement saw when it began: what is inserted while it waits is not among them. */
  candidates: readonly string[] | undefined;
}

export type Handler = (call: Call) => readonly Row[];
export type Handlers = Readonly<Record<string, Handler>>;

export const list = (call: Call, index: number): readonly string[] => call.values[index] as readonly string[];

/** `select … where key = any(…) for update`: in the order the statement names, or as they were asked for. */
export function lockRows(call: Call, table: Table, keys: () => readonly string[]): Row[] {
  const { transaction, statement } = call;
  const { locks, isOrdered } = factsOf(statement);
  call.candidates ??= candidatesOf(table, keys(), isOrdered);
  if (locks) for (const key of call.candidates) transaction.lock(table, key);
  return rowsOf(call, table, call.candidates);
}

/** `select … where key = any(…)`, without a lock. */
export const readRows = (call: Call, table: Table, keys: readonly string[]): Row[] =>
  rowsOf(call, table, distinct(keys));

function rowsOf({ transaction }: Call, table: Table, keys: readonly string[]): Row[] {
  const rows: Row[] = [];
  for (const key of keys) {
    const row = transaction.get(table, key);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function candidatesOf(table: Table, keys: readonly string[], isOrdered: boolean): readonly string[] {
  const there = distinct(keys).filter((key) => table.rows.has(key));
  return isOrdered && there.length > 1 ? there.sort() : there;
}

const distinct = (keys: readonly string[]): readonly string[] =>
  keys.length < 2 ? keys : [...new Set(keys)];

/** `insert into … select … from unnest(…)`: the columns are those the text names. */
export const insertRows: Handler = (call) => {
  const { database, transaction, statement, values } = call;
  const { tableName, columns, reading, blank, ignoresConflicts } = insertOf(database, statement);
  const table = database.table(tableName);
  const { defaults } = table.spec;
  const count = (values[0] as readonly unknown[]).length;
  const rows: Row[] = [];
  for (let index = 0; index < count; index += 1) {
    const row: Record<string, unknown> = { ...blank };
    if (defaults !== undefined) Object.assign(row, defaults(database.clock()));
    for (let column = 0; column < columns.length; column += 1) {
      const value = (values[column] as readonly unknown[])[index];
      const read = reading[column];
      row[columns[column] as string] = read !== undefined && typeof value === 'string' ? read(value) : value;
    }
    rows.push(row);
  }
  transaction.insert(table, rows, ignoresConflicts ? 'ignore' : 'raise');
  return NONE;
};

const NONE: readonly Row[] = [];

const READ = {
  json: (text: string): unknown => JSON.parse(text),
  /** PostgreSQL's own text form of a list: texts are quoted, uuids and numbers are not. */
  array(text: string): unknown {
    const inner = text.slice(1, -1);
    if (inner === '' || inner.startsWith('"')) return JSON.parse(`[${inner}]`);
    return inner.split(',').map((item) => (/^\d+$/.test(item) ? Number(item) : item));
  },
} as const;

export const readArray = READ.array;

interface Insert {
  readonly tableName: string;
  readonly columns: readonly string[];
  /** How each column's text is read; undefined: as it is. */
  readonly reading: readonly (((text: string) => unknown) | undefined)[];
  /** A row with every column: copies of it have one shape, which the engine below likes. */
  readonly blank: Row;
  readonly ignoresConflicts: boolean;
}

const inserts = new Map<Statement, Insert>();

function insertOf(database: Database, statement: Statement): Insert {
  const known = inserts.get(statement);
  if (known !== undefined) return known;
  const { text } = factsOf(statement);
  const [, name = '', into = ''] = /insert into (\w+) \(([^)]*)\)/.exec(text) ?? [];
  const [, alias = into] = / as \w+ \(([^)]*)\)/.exec(text) ?? [];
  const columns = alias.split(',').map((column) => column.trim());
  const { travels = {} } = database.table(name).spec;
  const insert: Insert = {
    tableName: name,
    columns,
    reading: columns.map((column) => {
      const as = travels[column];
      return as === undefined ? undefined : READ[as];
    }),
    blank: Object.fromEntries(columns.map((column) => [column, null])),
    ignoresConflicts: text.includes('on conflict do nothing'),
  };
  inserts.set(statement, insert);
  return insert;
}

/**
 * `update … from unnest(…) where …`, one row per key: waits for the lock of each, then looks at the newest version of it.
 * A guarded one raises when it touched fewer than it named (rule L2).
 */
export function updateRows(
  call: Call,
  table: Table,
  keys: readonly string[],
  change: (row: Row, index: number) => Row | null,
): readonly Row[] {
  const { transaction, statement } = call;
  for (const key of keys) if (transaction.get(table, key) !== undefined) transaction.lock(table, key);
  let touched = 0;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const row = transaction.get(table, key);
    const changed = row && change(row, index);
    if (!changed) continue;
    transaction.update(table, key, changed);
    touched += 1;
  }
  if (touched !== keys.length && factsOf(statement).needsAll)
    throw new SqlError('SG001', `a guarded statement touched ${touched} of ${keys.length} rows`);
  return NONE;
}

export function deleteRows({ transaction }: Call, table: Table, keys: readonly string[]): readonly Row[] {
  for (const key of keys) if (transaction.get(table, key) !== undefined) transaction.lock(table, key);
  for (const key of keys) if (transaction.get(table, key) !== undefined) transaction.delete(table, key);
  return NONE;
}

/** Whether the statement has this clause, however it is broken into lines. */
export const says = ({ statement }: Call, clause: string): boolean => hasClause(statement, clause);
