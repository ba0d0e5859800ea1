import pg from 'pg';
import type { Span } from '../report/report.ts';

const ENDED = `select count(*)::int as ended from saga_transactions
  where status in ('Completed', 'Compensated', 'Failed') and updated_at >= to_timestamp($1) and updated_at < to_timestamp($2)`;

/** How many sagas ended in each span, by the clock of the database, which is this machine's. */
export async function sagasEnded(ordersUrl: string, spans: readonly Span[]): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: ordersUrl });
  await client.connect();
  try {
    const counts: number[] = [];
    for (const { from, to } of spans) {
      const { rows } = await client.query<{ ended: number }>(ENDED, [epochSeconds(from), epochSeconds(to)]);
      counts.push(rows[0]?.ended ?? 0);
    }
    return counts;
  } finally {
    await client.end();
  }
}

const epochSeconds = (at: number): number => (performance.timeOrigin + at) / 1_000;
