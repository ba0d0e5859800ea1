import type { MikroORM } from '@mikro-orm/postgresql';

export interface WakeUpStore {
  /** Claims sagas whose wake-up has come, for a lease; no other replica takes them meanwhile. */
  claim(limit: number): Promise<readonly string[]>;
  /** Takes up to `wanted` tokens of the budget that all replicas share; answers how many it got (rule E2). */
  takeResends(wanted: number): Promise<number>;
  giveBackResends(unused: number): Promise<void>;
}

const LEASE_SECONDS = 30;
/** Saved up at most, in seconds of the rate. */
const BURST_SECONDS = 1;

export function wakeUpStore(orm: MikroORM, options: { readonly resendsPerSecond: number }): WakeUpStore {
  const rate = options.resendsPerSecond;
  const cap = rate * BURST_SECONDS;
  return {
    async claim(limit) {
      const rows = await orm.em.fork().execute<{ saga_id: string }[]>(
        // The rows are chosen apart, so that the plan cannot choose again, and more, while it updates.
        `with due as materialized (
           select saga_id from saga_due where wake_at <= clock_timestamp() order by wake_at limit ?
           for update skip locked)
         update saga_due d set wake_at = clock_timestamp() + interval '${LEASE_SECONDS} seconds'
         from due where d.saga_id = due.saga_id
         returning d.saga_id`,
        [limit],
      );
      return rows.map((row) => row.saga_id);
    },
    async takeResends(wanted) {
      const [row] = await orm.em.fork().execute<{ taken: number }[]>(
        `with budget as (
           select id, least(?, tokens + extract(epoch from clock_timestamp() - at) * ?)::float8 as available
           from resend_budget where id = 1 for update)
         update resend_budget b
         set tokens = budget.available - least(floor(budget.available), ?), at = clock_timestamp()
         from budget where b.id = budget.id
         returning least(floor(budget.available), ?)::int as taken`,
        [cap, rate, wanted, wanted],
      );
      return row?.taken ?? 0;
    },
    async giveBackResends(unused) {
      await orm.em
        .fork()
        .execute('update resend_budget set tokens = least(?, tokens + ?) where id = 1', [cap, unused]);
    },
  };
}
