import type { MikroORM } from '@mikro-orm/postgresql';
import type { OperationsHandlers } from '@order-saga/contracts';
import type { OutboxMessage } from '../outbox/outbox-message.ts';
import type { OutboxClaims } from '../outbox/sweeper.ts';

/** The cold paths of the outbox, through MikroORM. */

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

export const outboxQueries = (orm: MikroORM): OperationsHandlers['outbox'] => ({
  async stats() {
    const [stats] = await orm.em.fork().execute<{ rows: number; oldest_age_ms: number | null }[]>(
      `select count(*)::int as rows,
         (extract(epoch from clock_timestamp() - min(created_at)) * 1000)::float8 as oldest_age_ms
       from outbox_events`,
    );
    const age = stats?.oldest_age_ms ?? null;
    return { rows: stats?.rows ?? 0, oldestAgeMs: age === null ? null : Math.round(age) };
  },
});
