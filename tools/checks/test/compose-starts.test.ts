import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, ONE_PROCESS_PER_SERVICE, SERVICES, type ServiceName } from '@order-saga/cli';
import { readGatewayConfig } from '@order-saga/gateway';
import { readOrderConfig } from '@order-saga/order-service';
import { readPaymentConfig } from '@order-saga/payment-service';
import { describeWithKafka, eventually, freePort, kafkaForTests } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ComposeService, composeText, ROOT, resolveCompose } from '../src/index.ts';
import { madeEnvironment } from './made-environment.ts';

const PROCESSES: readonly ServiceName[] = ['order', 'payment', 'inventory', 'gateway'];
const JOBS = [
  'create-databases',
  'create-topics',
  'migrate-orders',
  'migrate-payments',
  'migrate-inventory',
  'demo-products',
];

const text = await composeText();
const environment = await madeEnvironment();
const file = resolveCompose(text, environment);
const stateDir = await mkdtemp(join(tmpdir(), 'order-saga-compose-'));
const ports = new Map(await Promise.all(PROCESSES.map(async (name) => [name, await freePort()] as const)));

afterAll(() => rm(stateDir, { recursive: true, force: true }));

function serviceOf(name: string): ComposeService {
  const service = file.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** What the file gives, with the names of its network read as this machine: nothing else is changed. */
function onLoopback(name: string, servers: { postgres: string; kafka: string }): Record<string, string> {
  const { environment = {} } = serviceOf(name);
  const mapped = Object.entries(environment).map(([variable, value]): [string, string] => {
    let here = value.replace('postgres:5432', servers.postgres).replace('kafka:9092', servers.kafka);
    for (const [peer, port] of ports)
      here = here.replace(`http://${peer}:${containerPort(peer)}`, `http://127.0.0.1:${port}`);
    if (variable === 'PORT') here = String(ports.get(name as ServiceName) ?? value);
    if (variable === 'STATE_DIR') here = join(stateDir, name);
    return [variable, here];
  });
  return Object.fromEntries(mapped);
}

const containerPort = (name: string): string => serviceOf(name).environment?.PORT ?? '';

describe('the environment of each process', () => {
  const servers = { postgres: '127.0.0.1:5432', kafka: '127.0.0.1:9092' };

  test.each(PROCESSES)('%s gets what the launcher gives it, but for hosts and the mode', (name) => {
    const spec = ONE_PROCESS_PER_SERVICE.find((candidate) => candidate.name === name);
    const database = (service: string) => onLoopback(service, servers).DATABASE_URL ?? '';
    const given = onLoopback(name, servers);
    const launched = environmentOf(spec as NonNullable<typeof spec>, {
      services: SERVICES,
      ports: Object.fromEntries(ports) as Record<ServiceName, number>,
      databases: {
        orders: database('order'),
        payments: database('payment'),
        inventory: database('inventory'),
      },
      brokers: [servers.kafka],
      adminToken: given.ADMIN_TOKEN ?? '',
      developmentJwks: '',
      stateDir: join(stateDir, name),
      addressesOf: (service) => `http://127.0.0.1:${ports.get(service)}`,
      // `npm start` signs only when it is given keys.
      base: { MESSAGE_SIGNING_KEYS: given.MESSAGE_SIGNING_KEYS },
    });
    // The launcher tells every process where its peers are, though only the gateway asks them, and where compiled code
    // may be kept, which an image that is read-only does without.
    const peers =
      name === 'gateway' ? [] : ['ORDER_SERVICE_URL', 'PAYMENT_SERVICE_URL', 'INVENTORY_SERVICE_URL'];
    const isOurs = ([variable]: [string, unknown]) =>
      variable !== 'NODE_COMPILE_CACHE' && !peers.includes(variable) && !variable.startsWith('AUTH');
    const expected = Object.entries(launched).filter(isOurs);
    expect(Object.fromEntries(Object.entries(given).filter(isOurs))).toEqual({
      ...Object.fromEntries(expected),
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
    });
    expect(serviceOf(name).command).toEqual(['node', spec?.script]);
  });

  test('each is accepted by its own reader, and listens where the file publishes it', () => {
    const order = readOrderConfig(serviceOf('order').environment);
    const payment = readPaymentConfig(serviceOf('payment').environment);
    const gateway = readGatewayConfig(serviceOf('gateway').environment);
    const [key] = order.MESSAGE_SIGNING_KEYS;
    expect(key).toMatchObject({ secret: expect.stringMatching(/^[0-9a-f]{48}$/) });
    expect([payment, gateway].map((reader) => reader.MESSAGE_SIGNING_KEYS)).toEqual([[key], [key]]);
    expect(order).toMatchObject({
      PORT: 3001,
      HOST: '0.0.0.0',
      KAFKA_BROKERS: ['kafka:9092'],
      ORDER_PARTICIPANT: 'local',
    });
    expect(payment).toMatchObject({ PORT: 3002, HOST: '0.0.0.0', STATE_DIR: '/var/lib/order-saga' });
    expect(gateway).toMatchObject({ PORT: 4000, ORDER_SERVICE_URL: ['http://order:3001'] });
  });

  test('the doors of customers are told of an issuer, the others are not', () => {
    const issuer = {
      AUTH: 'jwt',
      AUTH_ISSUER: 'https://login.shop.example/',
      AUTH_JWKS_URL: 'https://login.shop.example/keys',
    };
    const deployed = resolveCompose(text, { ...environment, ...issuer });
    const authOf = (name: string) =>
      Object.keys(deployed.services[name]?.environment ?? {}).filter((variable) =>
        variable.startsWith('AUTH'),
      );
    expect(readOrderConfig(deployed.services.order?.environment ?? {})).toMatchObject(issuer);
    expect(readGatewayConfig(deployed.services.gateway?.environment ?? {})).toMatchObject(issuer);
    expect([authOf('payment'), authOf('inventory')]).toEqual([[], []]);
  });

  test('the jobs of a service are the set-up scripts that the launcher runs', () => {
    // The pages are built into the image.
    const scripts = SERVICES.flatMap(({ setup }) => setup).filter((script) => script.startsWith('services/'));
    const jobs = JOBS.map((job) => serviceOf(job).command?.[1]).filter(
      (script) => !script?.startsWith('tools/'),
    );
    expect(jobs).toEqual(scripts);
  });
});

describeWithKafka('docker-compose.yml without Docker', () => {
  const running = new Map<string, ChildProcess>();
  const output = new Map<string, string>();
  const servers = { postgres: '', kafka: '' };

  const environmentFor = (name: string): NodeJS.ProcessEnv => {
    const env = onLoopback(name, servers);
    // The superuser's password is the one that this server was made with.
    if (env.ADMIN_DATABASE_URL !== undefined) env.ADMIN_DATABASE_URL = inject('postgresAdminUrl');
    return env;
  };

  const runJob = async (name: string): Promise<void> => {
    const [, ...args] = serviceOf(name).command ?? [];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT, env: environmentFor(name) });
  };

  beforeAll(async () => {
    servers.postgres = new URL(inject('postgresAdminUrl')).host;
    servers.kafka = kafkaForTests()[0] ?? '';
    await Promise.all(PROCESSES.map((name) => mkdir(join(stateDir, name), { recursive: true })));
  });

  afterAll(async () => {
    for (const child of running.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  });

  // In this order, which is that of depends_on; each with the very command and environment of the file.
  test.each(JOBS)('the job %s ends with exit code 0', runJob);

  test('all jobs may run again, as after docker compose up', async () => {
    await Promise.all(JOBS.map(runJob));
  });

  test.each(PROCESSES)('%s becomes ready, and its health check says so', async (name) => {
    const [, ...args] = serviceOf(name).command ?? [];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: environmentFor(name),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.set(name, child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => output.set(name, `${output.get(name) ?? ''}${chunk}`));

    const url = `http://127.0.0.1:${ports.get(name)}/ready`;
    await eventually(
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended:\n${output.get(name)}`);
        expect(await (await fetch(url)).json()).toMatchObject({ status: 'ready' });
      },
      { timeoutMs: 30_000, describe: `${name} ready` },
    );
    const [, , ...check] = serviceOf(name).healthcheck?.test ?? [];
    await promisify(execFile)(process.execPath, check, { env: environmentFor(name) });
  });

  test('the doors lead to the services', async () => {
    const port = await freePort();
    const [, ...args] = serviceOf('doors').command ?? [];
    const DOORS = `${port}=localhost:${ports.get('order')}`;
    expect(serviceOf('doors').environment?.DOORS).toContain(`3001=order:${containerPort('order')}`);
    running.set(
      'doors',
      spawn(process.execPath, args, { cwd: ROOT, env: { ...environmentFor('doors'), DOORS } }),
    );
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200), {
      timeoutMs: 30_000,
      describe: 'a door to the order service',
    });
  });

  test('an order placed at the gateway is approved', async () => {
    const ask = async (query: string) => {
      const answer = await fetch(`http://127.0.0.1:${ports.get('gateway')}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return ((await answer.json()) as { data: never }).data;
    };
    const { createOrder } = (await ask(`mutation { createOrder(input: {
      idempotencyKey: "compose-1", currency: USD, paymentMethod: TEST_APPROVE,
      lines: [{ productId: "11111111-1111-1111-1111-111111111111", quantity: 2 }]
    }) { order { id } userErrors { code message } } }`)) as {
      createOrder: { order: { id: string } | null; userErrors: unknown[] };
    };
    expect(createOrder.userErrors).toEqual([]);
    await eventually(async () =>
      expect(await ask(`{ order(id: "${createOrder.order?.id}") { status } }`)).toEqual({
        order: { status: 'APPROVED' },
      }),
    );
  });

  test('a health check fails where nobody answers', async () => {
    const [, , ...check] = serviceOf('order').healthcheck?.test ?? [];
    const env = { ...environmentFor('order'), PORT: String(await freePort()) };
    await expect(promisify(execFile)(process.execPath, check, { env })).rejects.toMatchObject({ code: 1 });
  });

  test.each(PROCESSES.toReversed())('%s drains and exits with 0 when it is stopped', async (name) => {
    const child = running.get(name) as ChildProcess;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
