import type { MikroORM } from '@mikro-orm/postgresql';
import type { DeadLetterDetail, OperationsHandlers, Page } from '@order-saga/contracts';
import { type DeadLetter, type DeadLetters, FORGED_LETTERS_KEPT } from '../dead-letters.ts';
import type { OutboxMessage } from '../outbox/outbox-message.ts';
import type { OutboxClaims } from '../outbox/sweeper.ts';
import { FORGERY_CAUSES } from '../signatures/message-signatures.ts';
import { DeadLetterEntity, ProcessedCommandEntity } from './entities.ts';

/** The cold paths of the outbox and the dead letters, through MikroORM. */

interface ClaimedRow {
  readonly id: string;
  readonly gen: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
  readonly headers: string;
}

/** Claimed rows are left alone by other sweepers for so long; then their claimer is taken for dead. */
const CLAIM_SECONDS = 10;

export function outboxClaims(orm: MikroORM): OutboxClaims {
  return {
    async claim({ olderThanMs, limit }) {
      const rows = await orm.em.fork().execute<ClaimedRow[]>(
        // A subquery in place of the CTE may be run once per row, and then claims more than the limit.
        `with due as (
           select id, gen, created_at from outbox_events
           where created_at <= clock_timestamp() - ? * interval '1 millisecond'
             and (claimed_until is null or claimed_until < clock_timestamp())
           order by created_at limit ? for update skip locked
         ), claimed as (
           update outbox_events o set claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
           from due where o.id = due.id and o.gen = due.gen
           returning o.id, o.gen, o.topic, o.key, o.type, o.value, o.headers, o.created_at
         )
         select id, gen, topic, key, type, value, headers from claimed order by created_at, gen`,
        [olderThanMs, limit],
      );
      return rows.map(
        (row): OutboxMessage => ({
          id: row.id,
          generation: row.gen,
          topic: row.topic,
          key: row.key,
          type: row.type,
          value: row.value,
          headers: JSON.parse(row.headers) as Record<string, string>,
        }),
      );
    },
  };
}

/** `keepsMore` may leave out what is new. */
const park = (keepsMore: string) =>
  `insert into dead_letters (id, topic, key, value, headers, cause, detail, attempts)
   select ?, ?, ?, decode(?, 'base64'), decode(?, 'base64'), ?, ?, ?::int where ${keepsMore}
   on conflict (id) do update set count = dead_letters.count + 1, last_at = clock_timestamp(),
     cause = excluded.cause, detail = excluded.detail, attempts = excluded.attempts
   returning id`;

const PARK = park('true');
const PARK_FORGED = park(
  `(select count(*) from dead_letters where cause in (${FORGERY_CAUSES.map((cause) => `'${cause}'`).join(', ')})) < ${FORGED_LETTERS_KEPT}`,
);

export function deadLetterStore(orm: MikroORM): DeadLetters {
  const insert = async (sql: string, letter: DeadLetter): Promise<boolean> => {
    const { id, topic, key, value, headers, fault } = letter;
    const rows = await orm.em
      .fork()
      .execute<object[]>(sql, [
        id,
        topic,
        key,
        value?.toString('base64') ?? null,
        headers.toString('base64'),
        storable(fault.cause).slice(0, 200),
        storable(fault.detail).slice(0, 2_000),
        fault.attempts,
      ]);
    return rows.length > 0;
  };
  return {
    async park(letter) {
      await insert(PARK, letter);
    },
    parkForged: (letter) => insert(PARK_FORGED, letter),
  };
}

/** PostgreSQL's text takes no NUL. */
const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD');

export function operations(orm: MikroORM): OperationsHandlers {
  return {
    deadLetters: {
      async list({ limit, cursor }): Promise<Page<DeadLetterDetail>> {
        const after = readCursor(cursor);
        const rows = await orm.em
          .fork()
          .find(
            DeadLetterEntity,
            after
              ? { $or: [{ lastAt: { $lt: after.at } }, { lastAt: after.at, id: { $lt: after.id } }] }
              : {},
            { orderBy: { lastAt: 'desc', id: 'desc' }, limit: limit + 1 },
          );
        const items = rows.slice(0, limit).map(toDetail);
        const last = rows[limit - 1];
        return {
          items,
          nextCursor: rows.length > limit && last ? `${last.lastAt.toISOString()}|${last.id}` : null,
        };
      },
      async byId(id) {
        const row = await orm.em.fork().findOne(DeadLetterEntity, { id });
        return row ? toDetail(row) : null;
      },
    },
    inbox: {
      async byKeys(keys) {
        const rows = await orm.em.fork().find(ProcessedCommandEntity, { idempotencyKey: { $in: [...keys] } });
        const found = new Map(rows.map((row) => [row.idempotencyKey, row]));
        return keys.map((key) => {
          const row = found.get(key);
          if (row === undefined) return null;
          const { idempotencyKey, commandId, commandType, outcome, reply, processedAt } = row;
          return {
            idempotencyKey,
            commandId,
            commandType,
            outcome,
            reply,
            processedAt: processedAt.toISOString(),
          };
        });
      },
    },
    outbox: {
      async stats() {
        const [stats] = await orm.em.fork().execute<{ rows: number; oldest_age_ms: number | null }[]>(
          `select count(*)::int as rows,
             (extract(epoch from clock_timestamp() - min(created_at)) * 1000)::float8 as oldest_age_ms
           from outbox_events`,
        );
        const age = stats?.oldest_age_ms ?? null;
        return { rows: stats?.rows ?? 0, oldestAgeMs: age === null ? null : Math.round(age) };
      },
    },
  };
}

function readCursor(cursor: string | null | undefined): { at: Date; id: string } | null {
  const [at, id] = cursor?.split('|') ?? [];
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return id === undefined || Number.isNaN(time) ? null : { at: new Date(time), id };
}

interface StoredLetter {
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Uint8Array;
  readonly cause: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

function toDetail(row: StoredLetter): DeadLetterDetail {
  const headers = JSON.parse(Buffer.from(row.headers).toString()) as Record<string, string>;
  return {
    id: row.id,
    topic: row.topic,
    key: row.key,
    cause: row.cause,
    count: row.count,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    value: row.value === null ? null : readable(Buffer.from(row.value)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
    ),
  };
}

function readable(value: Buffer): { encoding: 'utf8' | 'base64'; data: string } {
  try {
    return { encoding: 'utf8', data: new TextDecoder('utf-8', { fatal: true }).decode(value) };
  } catch {
    return { encoding: 'base64', data: value.toString('base64') };
  }
}
