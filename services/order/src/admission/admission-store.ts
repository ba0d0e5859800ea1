import type { MikroORM } from '@mikro-orm/postgresql';

export interface AdmissionCount {
  /** Admitted, not ended, no attention raised; counted up to the bound. */
  readonly inFlight: number;
  readonly hasWaiting: boolean;
}

export interface AdmissionStore {
  count(bound: number): Promise<AdmissionCount>;
  /** The first in line. */
  next(limit: number): Promise<readonly string[]>;
}

export function admissionStore(orm: MikroORM): AdmissionStore {
  return {
    async count(bound) {
      const [row] = await orm.em.fork().execute<{ in_flight: string; has_waiting: boolean }[]>(
        `select (select count(*) from (select 1 from saga_due where in_flight limit ?) counted) as in_flight,
           exists (select 1 from waiting) as has_waiting`,
        [bound],
      );
      return { inFlight: Number(row?.in_flight ?? 0), hasWaiting: row?.has_waiting ?? false };
    },
    async next(limit) {
      const rows = await orm.em
        .fork()
        .execute<{ saga_id: string }[]>('select saga_id from waiting order by n limit ?', [limit]);
      return rows.map((row) => row.saga_id);
    },
  };
}
