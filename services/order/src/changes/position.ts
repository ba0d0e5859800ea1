import { RequestError } from '@order-saga/contracts';
import { z } from 'zod';

/**
 * What a reader of one customer's orders has seen, as PostgreSQL itself says it: the transactions that a snapshot saw.
 * An id or a time would not do, because rows are committed in another order than they are numbered or dated, and a
 * reader that has gone past a number never comes back for the row that took it and was committed later.
 */
export interface Seen {
  /** `xmin:xmax:xip,xip…`, as `pg_current_snapshot()` prints it. */
  readonly snapshot: string;
  /** No order that was placed before this (ms since 1970) was still open then: those never change again. */
  readonly floorMs: number;
}

/** Where a reading stands that did not fit on one page. Orders go by when they were placed, then by id. */
export interface Pass {
  /** When the reading began; what is behind `upTo` is read again from there. */
  readonly seen: Seen;
  readonly upTo: { readonly createdAtMs: number; readonly sagaId: string };
}

export interface Position {
  /** Of the database cluster; a snapshot means nothing to another. */
  readonly system: string;
  /** null: nothing yet, and the orders that are open are what there is to tell. */
  readonly seen: Seen | null;
  readonly pass: Pass | null;
}

const snapshot = z.string().regex(/^\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?$/);
const ms = z.number();
const seenSchema = z.tuple([snapshot, ms]);
const positionSchema = z.tuple([
  z.string(),
  seenSchema.nullable(),
  z.tuple([seenSchema, ms, z.uuid()]).nullable(),
]);

export function encodePosition({ system, seen, pass }: Position): string {
  const parts = [
    system,
    seen && [seen.snapshot, seen.floorMs],
    pass && [[pass.seen.snapshot, pass.seen.floorMs], pass.upTo.createdAtMs, pass.upTo.sagaId],
  ];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Throws INVALID_INPUT for what was not made here. */
export function decodePosition(text: string): Position {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [system, seen, pass] = positionSchema.parse(json);
    return {
      system,
      seen: seen && { snapshot: seen[0], floorMs: seen[1] },
      pass: pass && {
        seen: { snapshot: pass[0][0], floorMs: pass[0][1] },
        upTo: { createdAtMs: pass[1], sagaId: pass[2] },
      },
    };
  } catch {
    throw invalidPosition();
  }
}

export const invalidPosition = (): RequestError =>
  new RequestError('INVALID_INPUT', 'after: this is no position in this database: begin again without one', {
    field: 'after',
  });
