import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from '@order-saga/local-infra';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemOptions } from '../src/config.ts';
import { liveRunState } from '../src/system/run-file.ts';
import type { RunningSystem } from '../src/system/running-system.ts';
import { ALL_IN_ONE_PROCESS } from '../src/system/services.ts';
import { startSystem } from '../src/system/system.ts';
import { FAKE_SERVICE, fakeOptions } from './fakes/options.ts';
import { command } from './fakes/terminal.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const environmentAt = async (url: string): Promise<Record<string, string>> =>
  (await fetch(`${url}/env`)).json() as never;

const processesOf = (system: RunningSystem, service: string) =>
  system.processes.filter(({ name }) => name === service || name.startsWith(`${service}-`));

/** What the gateway is told to read. */
async function addressesOf(system: RunningSystem): Promise<string[]> {
  const { PAYMENT_SERVICE_URL = '' } = await environmentAt(system.urls.gateway);
  return (await readFile(fileURLToPath(PAYMENT_SERVICE_URL), 'utf8')).trim().split('\n');
}

test('--replicas starts further processes on ports, names and logs of their own, and all are drained, gateways first', async () => {
  const options = await fakeOptions({ replicas: { payment: 3, gateway: 2 } });
  cleanups.push(() => rm(options.dataDir, { recursive: true, force: true }));
  const system = await startSystem(options);
  cleanups.push(() => system.stop());
  const payments = processesOf(system, 'payment');
  expect(payments.map(({ name }) => name).toSorted()).toEqual(['payment', 'payment-2', 'payment-3']);
  expect(new Set(payments.map(({ url }) => url)).size).toBe(3);
  expect(processesOf(system, 'gateway')).toHaveLength(2);

  const second = payments.find(({ name }) => name === 'payment-2');
  const env = await environmentAt(second?.url ?? '');
  expect(env).toMatchObject({ INSTANCE_NAME: 'payment-2', DATABASE_URL: system.databases.payments });
  expect(second?.url).toBe(`http://127.0.0.1:${env.PORT}`);
  expect(second?.logFile).toMatch(/payment-2\.log$/);
  expect((await addressesOf(system)).toSorted()).toEqual(payments.map(({ url }) => url).toSorted());

  const gateways = processesOf(system, 'gateway').map(({ url }) => new URL(url ?? '').port);
  const { processes } = system;
  await system.stop();
  expect(await Promise.all(processes.map(({ pid }) => isAlive(pid)))).toEqual(processes.map(() => false));
  const drained = (await readFile(`${env.STATE_DIR}/drained`, 'utf8')).trim().split('\n');
  expect(drained).toHaveLength(7);
  expect(drained.slice(0, 2).toSorted()).toEqual(gateways.toSorted());
});

describe('a system that runs', () => {
  let system: RunningSystem;
  let dataDir: string;
  beforeAll(async () => {
    const options = await fakeOptions({ env: { FAKE_FAILS_AS: 'inventory-2' } });
    dataDir = options.dataDir;
    system = await startSystem(options);
  });
  afterAll(async () => {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('gets replicas and loses them, and the gateway is told', async () => {
    expect(await addressesOf(system)).toEqual([system.urls.payment]);
    await system.scale('payment', 3);
    expect(await addressesOf(system)).toHaveLength(3);
    const added = processesOf(system, 'payment').filter(({ name }) => name !== 'payment');
    for (const { url } of added) expect((await fetch(`${url}/ready`)).status).toBe(200);

    await system.scale('payment', 1);
    expect(await addressesOf(system)).toEqual([system.urls.payment]);
    expect(processesOf(system, 'payment').map(({ name }) => name)).toEqual(['payment']);
    expect(await Promise.all(added.map(({ pid }) => isAlive(pid)))).toEqual([false, false]);
  });

  test('is scaled by npm run scale, and status shows what there is', async () => {
    const folder = `--data-dir=${dataDir}`;
    const scale = command(['scale', 'payment=2', 'order=2', folder]);
    expect(await scale.ended).toBe(0);
    expect(scale.output).toBe('payment: 2 processes\norder: 2 processes\n');
    const status = command(['status', '--json', folder]);
    expect(await status.ended).toBe(0);
    const names = JSON.parse(status.output).processes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['payment', 'payment-2', 'order', 'order-2']));
    expect(processesOf(system, 'order')).toHaveLength(2);
  });

  test('is not scaled by who has not got the admin token', async () => {
    const { controlUrl } = (await liveRunState(dataDir)) ?? {};
    const before = system.processes;
    const put = (authorization: string) =>
      fetch(`${controlUrl}/replicas`, { method: 'PUT', headers: { authorization }, body: 'payment=4' });
    expect((await put('Bearer wrong')).status).toBe(401);
    expect(system.processes).toEqual(before);
  });

  test('runs on when a replica cannot start, which is one error', async () => {
    await expect(system.scale('inventory', 2)).rejects.toThrow(
      /inventory-2 ended while starting \(exit code 3\)/,
    );
    expect(processesOf(system, 'inventory').map(({ name }) => name)).toEqual(['inventory']);
  });
});

test('services that share one process have no replicas', async () => {
  const [all] = ALL_IN_ONE_PROCESS;
  const processes = [{ ...(all as NonNullable<typeof all>), script: FAKE_SERVICE }];
  const options = await fakeOptions({ processes, replicas: { payment: 2 } });
  cleanups.push(() => rm(options.dataDir, { recursive: true, force: true }));
  await expect(startSystem(options)).rejects.toThrow(
    'payment cannot have replicas: without Kafka all services run in one process',
  );
});

test('what is no number of replicas is refused with what would be one', () => {
  const wrong = (text: string) => () => systemOptions(['--replicas', text], {});
  expect(
    systemOptions(['--replicas', 'order=2,inventory=3', '--replicas', 'payment=2'], {}).replicas,
  ).toEqual({
    order: 2,
    inventory: 3,
    payment: 2,
  });
  expect(wrong('payments=2')).toThrow("there is no service 'payments' in 'payments=2'");
  expect(wrong('payment=0')).toThrow("'payment=0' is no number of replicas: write payment=1 to payment=8");
  expect(wrong('payment')).toThrow(/is no number of replicas/);
});
