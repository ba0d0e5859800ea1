import { type RunningPostgres, startPostgres } from '@order-saga/local-infra';
import pg from 'pg';
import { CliError } from './cli-error.ts';
import { DATABASE_VARIABLES, DATABASES, type DatabaseName } from './services.ts';

export type DatabaseUrls = Readonly<Record<DatabaseName, string>>;

/** The three URLs when all are given, null when none is; some of them would be a system in two halves. */
export function givenDatabases(urls: Partial<DatabaseUrls> = {}): DatabaseUrls | null {
  const missing = DATABASES.filter((name) => !urls[name]).map((name) => DATABASE_VARIABLES[name]);
  if (missing.length === DATABASES.length) return null;
  if (missing.length > 0) {
    throw new CliError(
      'USAGE',
      `${missing.join(' and ')} must be set, too: give all three databases, or none`,
    );
  }
  return urls as DatabaseUrls;
}

/** Beside 5432, where a PostgreSQL of the machine may listen. */
const USUAL_PORT = 54320;

export async function startEmbedded(
  dataDir: string,
  logFile: string,
  options: { port: number | undefined; fsync: boolean; say: (line: string) => void },
): Promise<{ server: RunningPostgres; urls: DatabaseUrls }> {
  const { port, fsync, say } = options;
  const server = await startPostgres({
    dataDir,
    logFile,
    fsync,
    log: say,
    ...(port === undefined ? { preferredPort: USUAL_PORT } : { port }),
  });
  const urls = Object.fromEntries(DATABASES.map((name) => [name, server.urlFor(name)])) as Record<
    DatabaseName,
    string
  >;
  return { server, urls };
}

/** Connects to each database; one that does not exist on its server is created. */
export async function ensureDatabases(urls: DatabaseUrls): Promise<void> {
  for (const name of DATABASES) {
    const url = urls[name];
    try {
      await query(url, 'select 1');
    } catch (error) {
      if ((error as { code?: string }).code !== UNKNOWN_DATABASE) throw unreachable(name, url, error);
      await create(url).catch((cause) => {
        throw unreachable(name, url, cause);
      });
    }
  }
}

const UNKNOWN_DATABASE = '3D000';
const DUPLICATE_DATABASE = '42P04';

async function create(url: string): Promise<void> {
  const admin = new URL(url);
  const database = decodeURIComponent(admin.pathname.slice(1));
  admin.pathname = '/postgres';
  await query(admin.toString(), `create database ${pg.escapeIdentifier(database)}`).catch((error) => {
    if (error.code !== DUPLICATE_DATABASE) throw error;
  });
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(name: DatabaseName, url: string, cause: unknown): CliError {
  const { message, code } = cause as { message?: string; code?: string };
  return new CliError(
    'DATABASE_UNREACHABLE',
    `${DATABASE_VARIABLES[name]}=${withoutPassword(url)} does not answer (${message || code}): start that server or correct the URL; without the three variables an embedded PostgreSQL is used`,
  );
}

export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return '(not a URL)';
  if (parsed.password !== '') parsed.password = '***';
  return parsed.toString();
}
