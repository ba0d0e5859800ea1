import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@order-saga/local-infra';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningSystem } from '../src/system/running-system.ts';
import { SERVICES } from '../src/system/services.ts';
import { startSystem } from '../src/system/system.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let dataDir: string;
let system: RunningSystem;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'order-saga-demo-'));
  const names = [...SERVICES.map(({ name }) => name), 'postgres' as const];
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  system = await startSystem({ dataDir, broker: 'memory', ports, fsync: false });
});
afterAll(async () => {
  await system?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** As it is run from a terminal, though not on one. */
const command = (...args: string[]) => commandIn(dataDir, ...args);
const commandIn = (folder: string, ...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const all = [MAIN, ...args, `--data-dir=${folder}`];
    const child = execFile(process.execPath, all, { timeout: 50_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

const linesBetween = (text: string, from: string, to: string): string[] =>
  text
    .slice(text.indexOf(from), text.indexOf(to))
    .split('\n')
    .flatMap((line) => /^ +\d+ ms {2}(.*)$/.exec(line)?.[1] ?? []);

test('the demo shows four orders step by step, undo apart from failure, and what the databases say of it', async () => {
  const { code, stdout, stderr } = await command('demo');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(linesBetween(stdout, '1  Approved', '2  Declined')).toEqual([
    '· accepted: it will come to an end, whatever fails',
    '✓ order created',
    expect.stringMatching(/^✓ \d+\.\d\d USD charged$/),
    '✓ 1 piece reserved',
    '✓ order approved, for ever',
    '✓ 1 piece sold: moved from reserved to sold',
  ]);
  expect(linesBetween(stdout, '2  Declined', '3  Refunded').slice(2)).toEqual([
    expect.stringMatching(/^✗ payment refused, nothing charged: .*INSUFFICIENT_FUNDS/),
    '↩ order cancelled',
  ]);
  expect(linesBetween(stdout, '3  Refunded', '4  Repeated').slice(2)).toEqual([
    '✓ 99.99 USD charged',
    '✗ stock refused, nothing reserved: Product not found',
    '↩ 99.99 USD given back',
    '↩ order cancelled',
  ]);
  const [, first] = /order ([0-9a-f-]{36})/.exec(stdout) ?? [];
  expect(stdout).toContain(`as promised: the same order ${first} came back`);
  expect(stdout).toContain('9 of 10 invariants hold, 1 not checked');
  expect(stdout).not.toContain('\u001B[');
});

test('for scripts the demo answers one JSON document', async () => {
  const { code, stdout } = await command('demo', '--json');
  const answer = JSON.parse(stdout) as { ok: boolean; orders: { asPromised: boolean; order: object }[] };
  expect(code).toBe(0);
  expect(answer.ok).toBe(true);
  expect(answer.orders.map(({ asPromised }) => asPromised)).toEqual([true, true, true, true]);
  expect(answer.orders[2]?.order).toMatchObject({
    status: 'CANCELLED',
    failure: { code: 'PRODUCT_NOT_FOUND' },
  });
});

test('the doctor finds nothing wrong with a system that is whole, and a stolen piece of stock at once', async () => {
  const whole = await command('doctor', '--invariants', '--at-rest');
  expect(whole.stdout).toContain('9 of 10 invariants hold');
  expect(whole.code).toBe(0);

  const inventory = new pg.Client(system.databases.inventory);
  await inventory.connect();
  const take = (pieces: number) =>
    inventory.query('update inventory set available_quantity = available_quantity - $1', [pieces]);
  try {
    await take(1);
    const robbed = await command('doctor', '--invariants');
    expect(robbed.stdout).toMatch(/VIOLATED +4 /);
    expect(robbed.code).toBe(1);
    await expect(command('demo')).resolves.toMatchObject({ code: 1 });
  } finally {
    await take(-1);
    await inventory.end();
  }
});

test('the doctor waits for rest, and says what is under way when it does not come', async () => {
  const orders = new pg.Client(system.databases.orders);
  await orders.connect();
  try {
    await orders.query(
      `insert into outbox_events values (gen_random_uuid(), gen_random_uuid(), 'no-such-topic', 'k', 'T', '{}', '{}', now(), now() + interval '1 hour')`,
    );
    const { code, stderr } = await command('doctor', '--invariants', '--at-rest', '--wait=0.5');
    expect(stderr).toContain('after 0.5 s still under way: 0 sagas, 0 payments, 1 message in the outboxes');
    expect(code).toBe(1);
  } finally {
    await orders.query(`delete from outbox_events where topic = 'no-such-topic'`);
    await orders.end();
  }
});

test('where nothing runs, the demo says what to do', async () => {
  const nowhere = await mkdtemp(join(tmpdir(), 'order-saga-nowhere-'));
  const answer = await commandIn(nowhere, 'demo').finally(() => rm(nowhere, { recursive: true }));
  expect(answer).toMatchObject({ code: 1, stderr: 'nothing runs: start the system with npm start\n' });
});
