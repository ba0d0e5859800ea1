import { eventually } from '@order-saga/testkit';
import pg from 'pg';

/** Questions to the database of a test, and what must hold in it whenever nothing moves. */

export async function query<Row = Record<string, unknown>>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

const LEFT_BEHIND: Readonly<Record<string, string>> = {
  'an outbox row': 'select id, type from outbox_events limit 3',
  'a due row of a saga that is over': `
    select d.saga_id from saga_due d join saga_transactions s on s.id = d.saga_id where s.outstanding is null limit 3`,
  'a saga that runs without a due row': `
    select s.id from saga_transactions s where s.outstanding is not null
      and not exists (select from saga_due d where d.saga_id = s.id) limit 3`,
  'a saga in line that is admitted or over': `
    select s.id from waiting w join saga_transactions s on s.id = w.saga_id
    where s.admitted or s.outstanding is null limit 3`,
  'a history with a gap': `
    select s.id from saga_transactions s join saga_history h on h.saga_id = s.id
    group by s.id having count(*) <> s.seq or max(h.seq) <> s.seq or min(h.seq) <> 1 limit 3`,
  'a saga without a history': `
    select s.id from saga_transactions s where not exists (select from saga_history h where h.saga_id = s.id) limit 3`,
  'an in-flight flag that is wrong': `
    select s.id from saga_transactions s join saga_due d on d.saga_id = s.id
    where d.in_flight <> (s.admitted and s.attention is null) limit 3`,
  'an approved order whose saga says otherwise': `
    select o.id from orders o join saga_transactions s on s.order_id = o.id
    where o.origin = 'ours' and ((o.status = 'approved' and s.status not in ('InProgress', 'Completed'))
      or (s.status = 'Completed' and o.status <> 'approved') or (s.status = 'Compensated' and o.status <> 'cancelled'))
    limit 3`,
};

/** Waits until the outbox is empty, then asks for everything that must not be there. */
export async function expectAtRest(url: string): Promise<void> {
  await eventually(
    async () => {
      for (const [what, sql] of Object.entries(LEFT_BEHIND)) {
        const rows = await query(url, sql);
        if (rows.length > 0) throw new Error(`${what} is left: ${JSON.stringify(rows)}`);
      }
    },
    { describe: 'a database at rest', timeoutMs: 15_000 },
  );
}
