import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { isAlive } from '@order-saga/local-infra';
import { createDatabase, eventually } from '@order-saga/testkit';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import type { SystemOptions } from '../src/system/options.ts';
import { liveRunState, readRunState } from '../src/system/run-file.ts';
import type { RunningSystem } from '../src/system/running-system.ts';
import { startSystem } from '../src/system/system.ts';
import { fakeOptions } from './fakes/options.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function options(more: Partial<SystemOptions> = {}): Promise<SystemOptions> {
  const made = await fakeOptions(more);
  cleanups.push(() => rm(made.dataDir, { recursive: true, force: true }));
  return made;
}

async function started(given: SystemOptions): Promise<RunningSystem> {
  const system = await startSystem(given);
  cleanups.push(() => system.stop());
  return system;
}

const environmentOf = async (url: string): Promise<Record<string, string>> =>
  (await fetch(`${url}/env`)).json() as never;

const pidOf = (system: RunningSystem, name: string): number =>
  system.processes.find((entry) => entry.name === name)?.pid ?? 0;

test('every process is ready when the system is handed out, with its own database and nobody else’s', async () => {
  const said: string[] = [];
  const system = await started(await options({ say: (line) => said.push(line) }));

  for (const url of Object.values(system.urls)) expect((await fetch(`${url}/ready`)).status).toBe(200);
  const payment = await environmentOf(system.urls.payment);
  expect(payment.DATABASE_URL).toBe(system.databases.payments);
  expect(JSON.stringify(payment)).not.toContain(system.databases.orders);
  const gateway = await environmentOf(system.urls.gateway);
  expect(gateway).toMatchObject({
    ORDER_SERVICE_URL: expect.stringMatching(/^file:\/\/.*\/addresses\/order$/),
    PAYMENT_SERVICE_URL: expect.stringMatching(/^file:/),
    INVENTORY_SERVICE_URL: expect.stringMatching(/^file:/),
    ADMIN_TOKEN: system.adminToken,
    NODE_ENV: 'test',
  });
  expect(gateway.DATABASE_URL).toBeUndefined();
  expect(said.join('\n')).toContain(`gateway   ready at ${system.urls.gateway}`);
});

test('what stands before a process can tell it another database than the launcher uses itself', async () => {
  const proxy = 'postgresql://127.0.0.1:1/payments';
  const system = await started(
    await options({
      adaptEnvironment: (name, env) => (name === 'payment' ? { ...env, DATABASE_URL: proxy } : env),
    }),
  );
  expect((await environmentOf(system.urls.payment)).DATABASE_URL).toBe(proxy);
  expect(system.databases.payments).not.toBe(proxy);
  expect((await environmentOf(system.urls.order)).DATABASE_URL).toBe(system.databases.orders);
});

test('run.json names every process while the system runs, and is gone afterwards', async () => {
  const given = await options();
  const system = await started(given);
  const state = await liveRunState(given.dataDir);
  expect(state?.phase).toBe('ready');
  expect(state?.processes.map(({ name }) => name).toSorted()).toEqual([
    'gateway',
    'inventory',
    'order',
    'payment',
    'postgres',
  ]);
  expect((await stat(join(given.dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
  await system.stop();
  expect(await readRunState(given.dataDir)).toBeNull();
});

test('a process that is killed is started again, and the terminal says so', async () => {
  const said: string[] = [];
  const given = await options({ say: (line) => said.push(line) });
  const system = await started(given);
  const before = pidOf(system, 'payment');
  system.kill('payment', 'SIGKILL');

  await eventually(() => expect(said).toContain('payment is ready again'), { timeoutMs: 30_000 });
  expect(said.join('\n')).toMatch(
    /payment ended \(SIGKILL\) and is started again in 0.25 s; its log: .*payment\.log/,
  );
  expect(pidOf(system, 'payment')).not.toBe(before);
  await eventually(async () =>
    expect((await readRunState(given.dataDir))?.processes).toContainEqual(
      expect.objectContaining({ name: 'payment', pid: pidOf(system, 'payment') }),
    ),
  );
});

test('a PostgreSQL that is killed is started again on its port', async () => {
  const said: string[] = [];
  const system = await started(await options({ say: (line) => said.push(line) }));
  system.kill('postgres', 'SIGKILL');
  await eventually(() => expect(said).toContain('postgres is ready again'), { timeoutMs: 30_000 });
  expect(await countStarts(system.databases.orders)).toBe(1);
});

test('a restart drains the process and is over when the new one is ready', async () => {
  const system = await started(await options());
  const before = pidOf(system, 'order');
  await system.restart('order');
  expect(pidOf(system, 'order')).not.toBe(before);
  expect((await fetch(`${system.urls.order}/ready`)).status).toBe(200);
});

test('stopping drains the gateway before the services behind it, and leaves no process', async () => {
  const given = await options();
  const system = await started(given);
  const pids = system.processes.map(({ pid }) => pid);
  await system.stop();
  const drained = (await readFile(join(given.dataDir, 'state', 'drained'), 'utf8')).trim().split('\n');
  expect(drained).toHaveLength(4);
  expect(drained[0]).toBe(String(given.ports?.gateway));
  expect(await Promise.all(pids.map(isAlive))).toEqual(pids.map(() => false));
});

test('data and the admin token survive a restart', async () => {
  const given = await options();
  const first = await started(given);
  await first.stop();
  const second = await started(given);
  expect(second.adminToken).toBe(first.adminToken);
  expect(await countStarts(second.databases.orders)).toBe(2);
});

test('a taken port is one line with the remedy, and nothing is left running', async () => {
  const given = await options();
  const squatter = createServer().listen(given.ports?.payment, '127.0.0.1');
  cleanups.push(async () => squatter.close());
  await eventually(() => expect(squatter.listening).toBe(true));
  await expect(startSystem(given)).rejects.toThrow(
    `port ${given.ports?.payment} for payment is taken by another process: stop that process, or set PAYMENT_PORT to a free port`,
  );
  expect(await readRunState(given.dataDir)).toBeNull();
});

test('a process that cannot start ends the start with its last words, and nothing is left running', async () => {
  const given = await options();
  // A gateway that waits for the others must not keep the cause waiting.
  const env = {
    FAKE_FAILS_ON_PORT: String(given.ports?.inventory),
    FAKE_NEVER_READY_ON_PORT: String(given.ports?.gateway),
  };
  await expect(startSystem({ ...given, env })).rejects.toThrow(
    /inventory ended while starting \(exit code 3\):\n.*told to fail/s,
  );
  await expect(fetch(`http://127.0.0.1:${given.ports?.order}/ready`)).rejects.toThrow();
  expect(await readRunState(given.dataDir)).toBeNull();
});

test('a database URL that leads nowhere is named without its password', async () => {
  const url = 'postgresql://me:secret@127.0.0.1:1/orders';
  const given = await options({ databaseUrls: { orders: url, payments: url, inventory: url } });
  const failure = await startSystem(given).catch((error: Error) => error.message);
  expect(failure).toMatch(
    /^ORDERS_DATABASE_URL=postgresql:\/\/me:\*\*\*@127.0.0.1:1\/orders does not answer/,
  );
  expect(failure).not.toContain('secret');
});

test('one database given and two not is refused', async () => {
  const given = await options({ databaseUrls: { orders: 'postgresql://me@127.0.0.1/orders' } });
  await expect(startSystem(given)).rejects.toThrow(
    'PAYMENTS_DATABASE_URL and INVENTORY_DATABASE_URL must be set, too: give all three databases, or none',
  );
});

test('databases that are given are used, and created where they are missing', async () => {
  const { url } = await createDatabase('given');
  const named = (name: string) => url.replace(/\/given_(\w+)$/, `/${name}_$1`);
  const databaseUrls = {
    orders: named('orders'),
    payments: named('payments'),
    inventory: named('inventory'),
  };
  const system = await started(await options({ databaseUrls }));
  expect(system.processes.map(({ name }) => name)).not.toContain('postgres');
  expect(await countStarts(databaseUrls.inventory)).toBe(1);
});

test('a second start over the same data is refused while the first one runs', async () => {
  const given = await options();
  await started(given);
  await expect(startSystem(given)).rejects.toThrow(/is running already \(process \d+\): see npm run status/);
});

async function countStarts(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select count(*)::int as n from starts');
  await client.end();
  return rows[0].n;
}
