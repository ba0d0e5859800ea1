import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '@order-saga/local-infra';
import { eventually } from '@order-saga/testkit';
import { afterEach, expect, test } from 'vitest';
import type { SystemOptions } from '../src/system/options.ts';
import { readRunState } from '../src/system/run-file.ts';
import { fakeOptions } from './fakes/options.ts';
import { command, start, type Terminal } from './fakes/terminal.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function options(more: Partial<SystemOptions> = {}): Promise<SystemOptions> {
  const made = await fakeOptions(more);
  cleanups.push(() => rm(made.dataDir, { recursive: true, force: true }));
  return made;
}

async function started(given: SystemOptions, env?: NodeJS.ProcessEnv): Promise<Terminal> {
  const terminal = start(given, env);
  cleanups.push(async () => {
    terminal.child.kill('SIGTERM');
    await terminal.ended;
  });
  await eventually(() => expect(terminal.output).toContain('Ready after'), { timeoutMs: 30_000 });
  return terminal;
}

test('the first Ctrl-C drains, answers 0 and leaves nothing running', async () => {
  const given = await options();
  const terminal = await started(given);
  const pids = (await readRunState(given.dataDir))?.processes.map(({ pid }) => pid) ?? [];
  expect(pids).toHaveLength(5);

  terminal.child.kill('SIGINT');
  terminal.child.kill('SIGINT');
  expect(await terminal.ended).toBe(0);
  expect(terminal.output).toMatch(/Draining; once more kills instead\nStopped; data is kept/);
  expect(await Promise.all(pids.map(isAlive))).toEqual(pids.map(() => false));
});

test('a second Ctrl-C kills what does not drain', async () => {
  const given = await options({ env: { FAKE_NEVER_DRAINS: '1' } });
  const terminal = await started(given);
  const pids = (await readRunState(given.dataDir))?.processes.map(({ pid }) => pid) ?? [];

  await eventually(
    () => {
      terminal.child.kill('SIGINT');
      expect(terminal.output).toContain('Killed; data is kept');
    },
    { intervalMs: 200, timeoutMs: 30_000 },
  );
  expect(await terminal.ended).toBe(130);
  expect(await Promise.all(pids.map(isAlive))).toEqual(pids.map(() => false));
});

test('Ctrl-C while it is starting undoes the start and answers 0', async () => {
  const given = await options();
  const terminal = start(given);
  await eventually(() => expect(terminal.output).toContain('PostgreSQL: embedded'), { timeoutMs: 30_000 });
  terminal.child.kill('SIGINT');
  expect(await terminal.ended).toBe(0);
  expect(terminal.output).not.toContain('Ready after');
  expect(await readRunState(given.dataDir)).toBeNull();
});

test('after a launcher was killed the next one takes PostgreSQL over and replaces the services', async () => {
  const given = await options();
  const first = start(given);
  await eventually(() => expect(first.output).toContain('Ready after'), { timeoutMs: 30_000 });
  const left = (await readRunState(given.dataDir))?.processes ?? [];
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await started(given);
  expect(second.output).toContain('(it was still running)');
  const now = (await readRunState(given.dataDir))?.processes ?? [];
  const pid = (processes: typeof now, name: string) => processes.find((entry) => entry.name === name)?.pid;
  expect(pid(now, 'postgres')).toBe(pid(left, 'postgres'));
  expect(pid(now, 'order')).not.toBe(pid(left, 'order'));
  expect(await isAlive(pid(left, 'order') ?? 0)).toBe(false);
});

test('--broker=kafka without Java is one line with the remedy, and exit code 1', async () => {
  const { dataDir } = await options();
  const terminal = command(
    ['start', '--broker=kafka', `--data-dir=${dataDir}`],
    freePorts({ PATH: '/nonexistent' }),
  );
  expect(await terminal.ended).toBe(1);
  expect(terminal.output).toBe(
    '--broker=kafka: there is no Java on the PATH; Kafka needs Java 17 or newer. Install Java 17 or newer and Maven, or set KAFKA_BROKERS to a Kafka of yours, or use --broker=memory\n',
  );
});

test('without Java the start says that all services share one process', async () => {
  const given = await options({ broker: 'auto' });
  const terminal = await started(given, { ...process.env, JAVA_HOME: '/nonexistent' });
  expect(terminal.output).toContain(
    'Kafka: none (JAVA_HOME is /nonexistent, but there is no Java in it; Kafka needs Java 17 or newer); all services run in one process, on an in-process broker',
  );
});

test('brokers that do not answer are named', async () => {
  const { dataDir } = await options();
  const terminal = command(['start', `--data-dir=${dataDir}`], freePorts({ KAFKA_BROKERS: '127.0.0.1:1' }));
  expect(await terminal.ended).toBe(1);
  expect(terminal.output).toMatch(
    /^KAFKA_BROKERS=127.0.0.1:1 does not answer: start that Kafka or correct the list/,
  );
});

test('status, sql and logs look into the running system, and reset refuses to wipe it', async () => {
  const given = await options();
  await started(given);
  const folder = `--data-dir=${given.dataDir}`;

  const status = command(['status', '--json', folder]);
  expect(await status.ended).toBe(0);
  const report = JSON.parse(status.output);
  expect(report.databases.orders).toMatch(/^postgresql:.*\/orders$/);
  expect(report.adminTokenFile).toBe(join(given.dataDir, 'admin-token'));
  expect(report.processes).toContainEqual(
    expect.objectContaining({
      name: 'gateway',
      ready: true,
      url: `http://127.0.0.1:${given.ports?.gateway}`,
    }),
  );

  const sql = command(['sql', 'orders', "select 7 as n, 'seven' as name", folder]);
  expect(await sql.ended).toBe(0);
  expect(sql.output).toBe('n  name\n-  -----\n7  seven\n(1 row)\n');

  const logs = command(['logs', 'nobody', folder]);
  expect(await logs.ended).toBe(1);
  expect(logs.output).toMatch(/where NAME is .*gateway.*postgres/);

  const reset = command(['reset', '--yes', folder]);
  expect(await reset.ended).toBe(1);
  expect(reset.output).toMatch(/^the system runs \(process \d+\): stop it with Ctrl-C first/);
});

test('reset wipes what the system wrote, and only when it is told so', async () => {
  const given = await options();
  const terminal = await started(given);
  terminal.child.kill('SIGTERM');
  await terminal.ended;
  const folder = `--data-dir=${given.dataDir}`;
  expect(await command(['reset', folder]).ended).toBe(1);
  expect(await stat(join(given.dataDir, 'postgres'))).toBeTruthy();
  expect(await command(['reset', '--yes', folder]).ended).toBe(0);
  await expect(stat(join(given.dataDir, 'postgres'))).rejects.toThrow('ENOENT');
});

test('a command that is not there is answered with those that are', async () => {
  const terminal = command(['strat']);
  expect(await terminal.ended).toBe(1);
  expect(terminal.output).toMatch(/^There is no command 'strat'.*\n {2}start +start the system/);
});

test('status says when nothing runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-empty-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const terminal = command(['status', `--data-dir=${folder}`]);
  expect(await terminal.ended).toBe(1);
  expect(terminal.output).toBe('nothing runs; npm start starts it\n');
});

/** A system of the machine may hold the usual ports; these checks come before Kafka's. */
function freePorts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ports = {
    ORDER_PORT: '39001',
    PAYMENT_PORT: '39002',
    INVENTORY_PORT: '39003',
    GATEWAY_PORT: '39004',
  };
  return { ...process.env, JAVA_HOME: undefined, ...ports, ...env };
}
