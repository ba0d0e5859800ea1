import type { MikroORM } from '@mikro-orm/postgresql';
import type { PurgeStore } from '../operations/purge.ts';

/** About a thousand replies. */
const PAGES_PER_STEP = 64;
const LETTERS_PER_STEP = 200;

/**
 * The inbox is gone through by its pages: an index that finds what is old would be paid for by every command, so that once
 * a day is saved what a sequential read costs.
 */
export const purgeStore = (orm: MikroORM): PurgeStore => ({
  async begin(everyMs) {
    const rows = await orm.em.fork().execute<object[]>(
      `update purges set begun_at = clock_timestamp()
       where name = 'all' and begun_at < clock_timestamp() - ? * interval '1 millisecond' returning name`,
      [everyMs],
    );
    return rows.length > 0;
  },

  async replies(olderThanMs, fromPage) {
    const [found] = await orm.em.fork().execute<{ purged: number; pages: number }[]>(
      `with purged as (
         update processed_commands set reply = null
         where ctid >= ?::tid and ctid < ?::tid and reply is not null and outcome <> 'pending'
           and processed_at < clock_timestamp() - ? * interval '1 millisecond'
         returning 1
       )
       select (select count(*) from purged)::int as purged,
         (pg_relation_size('processed_commands') / current_setting('block_size')::int)::int as pages`,
      [`(${fromPage},0)`, `(${fromPage + PAGES_PER_STEP},0)`, olderThanMs],
    );
    const nextPage = fromPage + PAGES_PER_STEP;
    return { purged: found?.purged ?? 0, nextPage: nextPage < (found?.pages ?? 0) ? nextPage : null };
  },

  async deadLetters(olderThanMs) {
    const rows = await orm.em.fork().execute<object[]>(
      `with old as (
         select id from dead_letters
         where resolved_at < clock_timestamp() - ? * interval '1 millisecond'
         order by resolved_at limit ${LETTERS_PER_STEP} for update skip locked
       ), actions as (
         delete from dead_letter_actions where letter_id in (select id from old)
       )
       delete from dead_letters where id in (select id from old) returning id`,
      [olderThanMs],
    );
    return rows.length;
  },
});
