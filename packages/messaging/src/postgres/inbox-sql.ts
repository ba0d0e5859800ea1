import type { InboxRow } from '../inbox.ts';
import type { Sql, Statement } from './connection.ts';

/** `processed_commands`: what was done for each command, with the exact text of the reply it got. */

const SELECT: Statement = {
  name: 'inbox-select',
  text: `
    select idempotency_key, saga_id, command_id, command_type, outcome, reply
    from processed_commands where idempotency_key = any($1::text[])`,
};

const INSERT: Statement = {
  name: 'inbox-insert',
  text: `
    insert into processed_commands (idempotency_key, saga_id, command_id, command_type, outcome, reply)
    select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])`,
};

const ANSWER: Statement = {
  name: 'inbox-answer',
  text: `
    with touched as (
      update processed_commands p set outcome = a.outcome, reply = a.reply
      from unnest($1::text[], $2::text[], $3::text[]) as a (idempotency_key, outcome, reply)
      where p.idempotency_key = a.idempotency_key and p.outcome = 'pending'
      returning 1)
    select need(count(*), $4::int) from touched`,
};

interface StoredRow {
  readonly idempotency_key: string;
  readonly saga_id: string;
  readonly command_id: string;
  readonly command_type: string;
  readonly outcome: InboxRow['outcome'];
  readonly reply: string | null;
}

export async function selectInbox(sql: Sql, keys: readonly string[]): Promise<InboxRow[]> {
  if (keys.length === 0) return [];
  const rows = await sql.rows<StoredRow>(SELECT, [keys]);
  return rows.map((row) => ({
    idempotencyKey: row.idempotency_key,
    sagaId: row.saga_id,
    commandId: row.command_id,
    commandType: row.command_type,
    outcome: row.outcome,
    reply: row.reply,
  }));
}

export function insertInbox(sql: Sql, rows: readonly InboxRow[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(INSERT, [
      rows.map((row) => row.idempotencyKey),
      rows.map((row) => row.sagaId),
      rows.map((row) => row.commandId),
      rows.map((row) => row.commandType),
      rows.map((row) => row.outcome),
      rows.map((row) => row.reply),
    ]),
  ];
}

/** Gives waiting commands their reply; each of them must still be waiting (rule L2). */
export function answerInbox(sql: Sql, rows: readonly InboxRow[]): readonly Promise<unknown>[] {
  if (rows.length === 0) return [];
  return [
    sql.rows(ANSWER, [
      rows.map((row) => row.idempotencyKey),
      rows.map((row) => row.outcome),
      rows.map((row) => row.reply),
      rows.length,
    ]),
  ];
}
