import pg from 'pg';
import type { Fault, Stage } from './fault.ts';
import { hold, seconds } from './hold.ts';

/** `pg_ctl -m immediate stop`, which is this signal; the launcher starts it again, and it recovers from its log. */
const restart: Fault = {
  name: 'PostgreSQL -m immediate',
  target: 'postgres',
  async inject({ system }) {
    system.kill('postgres', 'SIGQUIT');
    return 'stopped without a checkpoint';
  },
};

const TERMINATE = `select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid()`;

const terminate: Fault = {
  name: 'pg_terminate_backend',
  target: 'postgres',
  async inject({ system }) {
    const client = new pg.Client({
      connectionString: system.databases.orders,
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ ended: number }>(TERMINATE);
      return `${rows[0]?.ended ?? 0} sessions`;
    } finally {
      await client.end().catch(() => undefined);
    }
  },
};

const FULL_FOR_MS = 30_000;

const diskFull: Fault = {
  name: 'disk full for PostgreSQL',
  target: 'postgres',
  async inject({ disk, signal }: Stage) {
    if (disk === null) throw new Error('no small file system is mounted');
    await disk.fill();
    try {
      await hold(FULL_FOR_MS, signal);
    } finally {
      await disk.free();
    }
    return seconds(FULL_FOR_MS);
  },
};

export const DATABASE_FAULTS: readonly Fault[] = [restart, terminate, diskFull];
export const DISK_FULL = diskFull.name;
