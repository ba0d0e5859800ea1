import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, startPostgres } from '../src/index.ts';

const startScript = fileURLToPath(new URL('start-postgres.ts', import.meta.url));
let dataDir: string;
const stops: (() => Promise<unknown>)[] = [];

async function start(port?: number) {
  const server = await startPostgres({ dataDir, fsync: false, ...(port === undefined ? {} : { port }) });
  stops.push(() => server.stop());
  return server;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  stops.push(() => client.end().catch(() => undefined));
  return client;
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'order-saga-postgres-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('what was committed is there after a restart', async () => {
  const first = await start();
  const client = await connected(first.adminUrl);
  await client.query('create table kept as select 1 as n');
  await client.end();
  await first.stop();
  expect(await isAlive(first.pid)).toBe(false);

  const second = await start();
  expect((await (await connected(second.adminUrl)).query('select n from kept')).rows).toEqual([{ n: 1 }]);
});

test('a server whose process was killed under open connections starts again', async () => {
  const first = await start();
  const client = await connected(first.adminUrl);
  await client.query('create table kept as select 1 as n');
  process.kill(first.pid, 'SIGKILL');

  const second = await start();
  expect(second.adopted).toBe(false);
  expect((await (await connected(second.adminUrl)).query('select n from kept')).rows).toEqual([{ n: 1 }]);
});

test('a server that a killed launcher left behind is taken over', async () => {
  const launcher = spawn(process.execPath, [startScript, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(launcher.stdout, 'data');
  const left = JSON.parse(String(said)) as { pid: number; port: number };
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
  expect(await isAlive(left.pid)).toBe(true);

  const server = await start(left.port);
  expect(server.adopted).toBe(true);
  expect(server.pid).toBe(left.pid);
});

test('a server left behind on another port than the wanted one is stopped, and a new one starts', async () => {
  const left = await start();
  const { port } = await freeListener().then(async (listener) => {
    await listener.close();
    return listener;
  });
  const server = await start(port);
  expect(server.port).toBe(port);
  expect(await isAlive(left.pid)).toBe(false);
});

test('a pid file that names a process which is not this server harms nobody', async () => {
  const first = await start();
  await first.stop();
  await writeFile(
    join(dataDir, 'cluster', 'postmaster.pid'),
    `${process.pid}\n${dataDir}\n0\n${first.port}\n`,
  );
  const second = await start();
  expect(second.pid).not.toBe(process.pid);
});

test('nobody gets in without the password', async () => {
  const server = await start();
  const url = new URL(server.adminUrl);
  url.password = 'guessed';
  const client = new pg.Client({ connectionString: url.toString() });
  await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  expect((await readFile(join(dataDir, 'password'), 'utf8')).length).toBeGreaterThanOrEqual(32);
});

test('a port that is taken is named, with the remedy', async () => {
  const listener = await freeListener();
  await expect(start(listener.port)).rejects.toThrow(
    `port ${listener.port} for PostgreSQL is taken by another process: stop that process, or set POSTGRES_PORT to a free port`,
  );
  await listener.close();
});

async function freeListener(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
