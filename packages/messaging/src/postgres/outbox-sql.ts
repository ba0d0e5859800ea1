import type { OutboxMessage, OutboxRef } from '../outbox/outbox-message.ts';
import type { Sql, Statement } from './connection.ts';

/** The outbox on the hot path: inserts, and deletes by key. It is never searched there. */

/**
 * `do nothing` meets only a rerun after a commit of unknown outcome: the same message in the same generation is already
 * there, and is published from memory now (rule O1).
 */
const INSERT: Statement = {
  name: 'outbox-insert',
  text: `
    insert into outbox_events (id, gen, topic, key, type, value, headers)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    on conflict do nothing`,
};

/**
 * By key alone, never as a join with the array: the table is nearly empty whenever it is analysed, and a join planned
 * for one row went through all its dead ones, 50 ms for each statement. An id stands here once (see `deletePublished`).
 */
const DELETE: Statement = {
  name: 'outbox-delete',
  text: `
    delete from outbox_events
    where id = any($1::uuid[]) and gen = ($2::uuid[])[array_position($1::uuid[], id)]`,
};

/** A write to a table that every turn writes; rolled back, so nobody ever reads it. */
export const PROBE = `
  insert into outbox_events (id, gen, topic, key, type, value, headers)
  values (gen_random_uuid(), gen_random_uuid(), '', '', '', '', '')`;

export function insertOutbox(sql: Sql, messages: readonly OutboxMessage[]): readonly Promise<unknown>[] {
  if (messages.length === 0) return [];
  return [
    sql.rows(INSERT, [
      messages.map((message) => message.id),
      messages.map((message) => message.generation),
      messages.map((message) => message.topic),
      messages.map((message) => message.key),
      messages.map((message) => message.type),
      messages.map((message) => message.value),
      messages.map((message) => JSON.stringify(message.headers)),
    ]),
  ];
}

export function deletePublished(sql: Sql, refs: readonly OutboxRef[]): readonly Promise<unknown>[] {
  if (refs.length === 0) return [];
  const first = new Map<string, OutboxRef>();
  const again: OutboxRef[] = [];
  for (const ref of refs) {
    if (first.has(ref.id)) again.push(ref);
    else first.set(ref.id, ref);
  }
  const once = [...first.values()];
  const deleted = sql.rows(DELETE, [once.map((ref) => ref.id), once.map((ref) => ref.generation)]);
  return [deleted, ...deletePublished(sql, again)];
}
