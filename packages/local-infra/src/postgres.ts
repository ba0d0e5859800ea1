import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { LocalInfraError } from './errors.ts';
import { claimPort } from './ports.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { postgresSettings } from './postgres-settings.ts';
import { type ServerUser, serverUser } from './postgres-user.ts';
import { commandOf, spawnServer, stopProcess, untilReady } from './processes.ts';

const run = promisify(execFile);
const STOP_TIMEOUT_MS = 20_000;

export interface PostgresOptions {
  /** Holds `cluster/`, `password` and `server.log`; made when missing; kept after `stop()`. */
  readonly dataDir: string;
  /** This one and no other; a server left behind on another port is stopped. */
  readonly port?: number;
  /** This one unless it is taken; then a free one. */
  readonly preferredPort?: number;
  /** Default true. */
  readonly fsync?: boolean;
  /** Default: `server.log` in `dataDir`. */
  readonly logFile?: string;
  readonly log?: (line: string) => void;
}

export interface RunningPostgres {
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Whether a server that an earlier launcher left behind was taken over. */
  readonly adopted: boolean;
  urlFor(database: string): string;
  stop(): Promise<void>;
}

/** PostgreSQL from npm, in a session of its own, on loopback. Data survives a restart; no trust authentication. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const cluster = join(dataDir, 'cluster');
  const logFile = options.logFile ?? join(dataDir, 'server.log');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const left = await serverLeftBehind(cluster);
  if (left !== null) {
    const password = await readFile(join(dataDir, 'password'), 'utf8');
    if (options.port === undefined || options.port === left.port) {
      const server = handle({ ...left, password, logFile, adopted: true });
      if (await answers(server.adminUrl)) return server;
    }
    await stopProcess(left.pid, 'SIGINT', STOP_TIMEOUT_MS);
  }

  const port = await claimPort(options, 'PostgreSQL', 'POSTGRES_PORT');
  const binaries = await postgresBinaries();
  const user = await serverUser(dataDir, binaries.postgres);
  if (user.prefix.length > 0 || user.ids.uid !== undefined) {
    options.log?.(`PostgreSQL does not run as root: it runs as ${user.says}, in ${dataDir}`);
  }
  const fsync = options.fsync ?? true;
  const password = await createClusterOnce(dataDir, cluster, binaries, user, fsync);

  const settings = postgresSettings(port, { fsync });
  const child = await spawnServer([...user.prefix, binaries.postgres, '-D', cluster, ...settings] as never, {
    logFile,
    cwd: dataDir,
    ...user.ids,
  });
  const server = handle({ pid: child.pid, port, password, logFile, adopted: false });
  try {
    await untilReady('PostgreSQL', child, logFile, 60_000, () => answers(server.adminUrl));
  } catch (error) {
    await stopProcess(child.pid, 'SIGINT', STOP_TIMEOUT_MS);
    throw new LocalInfraError('START_FAILED', (error as Error).message);
  }
  return server;
}

function handle(parts: {
  pid: number;
  port: number;
  password: string;
  logFile: string;
  adopted: boolean;
}): RunningPostgres {
  const { pid, port, password, logFile, adopted } = parts;
  const urlFor = (database: string) =>
    `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const stop = () => stopProcess(pid, 'SIGINT', STOP_TIMEOUT_MS);
  return { adminUrl: urlFor('postgres'), port, pid, logFile, adopted, urlFor, stop };
}

/** The cluster is made beside its place and renamed: a launcher killed halfway leaves nothing half-made behind. */
async function createClusterOnce(
  dataDir: string,
  cluster: string,
  binaries: PostgresBinaries,
  user: ServerUser,
  fsync: boolean,
): Promise<string> {
  const passwordFile = join(dataDir, 'password');
  if (await exists(cluster)) return readFile(passwordFile, 'utf8');

  const half = `${cluster}.new`;
  await rm(half, { recursive: true, force: true });
  const password = randomBytes(24).toString('hex');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { uid, gid } = user.ids;
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid);
  const [file = binaries.initdb, ...args] = [...user.prefix, binaries.initdb];
  await run(
    file,
    [
      ...args,
      `--pgdata=${half}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in provider sorts alike on every platform; the system's locales are not asked.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(fsync ? [] : ['--no-sync']),
    ],
    { cwd: dataDir, ...user.ids },
  ).catch((error: { stderr?: string; message: string }) => {
    throw new LocalInfraError('START_FAILED', `initdb failed: ${error.stderr?.trim() || error.message}`);
  });
  await rename(half, cluster);
  return password;
}

/** PostgreSQL's own pid file names process and port; the command line proves that the process is still this server. */
async function serverLeftBehind(cluster: string): Promise<{ pid: number; port: number } | null> {
  const file = join(cluster, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const command = await commandOf(pid);
  if (command?.includes(` -D ${cluster} `)) return { pid, port };
  // Another process has that id by now; PostgreSQL would take it for itself and refuse to start.
  await rm(file, { force: true });
  return null;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
