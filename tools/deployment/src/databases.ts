import type { Log } from '@order-saga/service-kit';
import pg from 'pg';

export interface RoleAndDatabase {
  /** Of the role and of the database it owns: `orders`. */
  readonly name: string;
  readonly password: string;
}

/**
 * One role per service, and one database that it alone may connect to. Safe to repeat: what exists is kept, and a role
 * gets the password that is given, so that changing a password is running this again.
 */
export async function ensureRolesAndDatabases(
  adminUrl: string,
  wanted: readonly RoleAndDatabase[],
  log: Log,
): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    // Two jobs at once would both see nothing and both create.
    await admin.query('select pg_advisory_lock(7310003)');
    for (const { name, password } of wanted) {
      const role = pg.escapeIdentifier(name);
      if (!(await exists(admin, 'select from pg_roles where rolname = $1', name))) {
        await admin.query(`create role ${role} login nosuperuser nocreatedb nocreaterole`);
      }
      await admin.query(`alter role ${role} password ${pg.escapeLiteral(password)}`);
      const isNew = !(await exists(admin, 'select from pg_database where datname = $1', name));
      if (isNew) await admin.query(`create database ${role} owner ${role}`);
      await admin.query(`revoke connect, temporary on database ${role} from public`);
      log.info({ database: name, created: isNew }, 'the database and its role are there');
    }
  } finally {
    await admin.end().catch(() => undefined);
  }
}

const exists = async (admin: pg.Client, sql: string, name: string): Promise<boolean> =>
  (await admin.query(sql, [name])).rowCount === 1;

/** Nobody listens, no such host yet, still starting. */
const PASSING = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03']);

export const isStillStarting = (error: unknown): boolean =>
  PASSING.has((error as { code?: string }).code ?? '');
