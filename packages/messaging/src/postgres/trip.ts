import type pg from 'pg';
import type { Statement } from './connection.ts';
import { type FieldShape, type RowShape, readRow, shapeOf } from './row-shape.ts';

/** A statement on its way, with its values as PostgreSQL's text. */
export interface Part {
  readonly statement: Statement;
  readonly values: readonly (string | null)[];
  /** `tag`: what PostgreSQL calls what it did, as in COMMIT. */
  done(rows: unknown[], tag: string): void;
  failed(error: Error): void;
}

/** What a connection knows of the statements it has prepared, by name. */
export interface Prepared {
  readonly text: string;
  /** Null for a statement that answers no rows, and until its first answer. */
  shape: RowShape | null;
  /** PostgreSQL has parsed it. */
  isParsed: boolean;
  /** It has run once, so that the shape of its rows is known. */
  isDescribed: boolean;
}

/** The part of `pg`'s connection that a query of one's own speaks through, as pg-cursor does. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(query: { name: string; text: string; types: readonly number[] }): void;
  bind(config: { statement: string; values: readonly (string | null)[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(config: object): void;
  sync(): void;
}

/**
 * Several prepared statements in one message exchange: bind and execute each, and one Sync at the end. `pg`'s own
 * pipelining sends a Sync behind every statement, so that PostgreSQL answers each with a packet
 * of its own; without them a saga takes about 8 % less CPU over all processes. When a statement fails, PostgreSQL skips those behind it, COMMIT included.
 */
export class Trip implements pg.Submittable {
  readonly #parts: readonly Part[];
  readonly #prepared: Map<string, Prepared>;
  readonly #types: (field: FieldShape) => (text: string) => unknown;
  readonly #begun: () => void;
  /** Statements parsed with this trip, in order. */
  readonly #parsing: Prepared[] = [];
  #current = 0;
  #rows: unknown[] = [];

  constructor(
    parts: readonly Part[],
    prepared: Map<string, Prepared>,
    types: (field: FieldShape) => (text: string) => unknown,
    begun: () => void,
  ) {
    this.#parts = parts;
    this.#prepared = prepared;
    this.#types = types;
    this.#begun = begun;
  }

  submit(connection: pg.Connection): void {
    this.#begun();
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    for (const { statement, values } of this.#parts) {
      const prepared = this.#prepared.get(statement.name) as Prepared;
      const isNew = !prepared.isParsed && !this.#parsing.includes(prepared);
      if (isNew) {
        this.#parsing.push(prepared);
        wire.parse({ name: statement.name, text: statement.text, types: [] });
      }
      wire.bind({ statement: statement.name, values });
      // The shape of its rows never changes: it is asked for until an execution has answered it.
      if (!prepared.isDescribed) wire.describe({ type: 'P', name: '' });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
  }

  parseCompleted(): void {
    const prepared = this.#parsing.shift();
    if (prepared) prepared.isParsed = true;
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldShape[] }): void {
    const part = this.#parts[this.#current];
    const prepared = part && this.#prepared.get(part.statement.name);
    if (prepared) prepared.shape = shapeOf(fields, this.#types);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const part = this.#parts[this.#current];
    const shape = part && this.#prepared.get(part.statement.name)?.shape;
    if (shape) this.#rows.push(readRow(shape, fields));
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const rows = this.#rows;
    this.#rows = [];
    const part = this.#parts[this.#current++];
    if (!part) return;
    const prepared = this.#prepared.get(part.statement.name);
    if (prepared) prepared.isDescribed = true;
    part.done(rows, text);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  /** The statement under way failed, or the connection did; those behind it were skipped, or nobody knows. */
  handleError(error: Error): void {
    const rest = this.#parts.slice(this.#current);
    this.#current = this.#parts.length;
    for (const part of rest) part.failed(error);
  }

  handleReadyForQuery(): void {
    if (this.#current < this.#parts.length)
      this.handleError(new Error('PostgreSQL left a statement unanswered'));
  }

  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
}
