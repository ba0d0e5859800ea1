import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, describeWithKafka, eventually, freePort, kafkaForTests } from '@order-saga/testkit';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Block,
  blocksIn,
  isMarkdown,
  npmScriptsIn,
  ROOT,
  shellBlocks,
  trackedTexts,
  untaggedShell,
} from '../src/index.ts';

const readme = await readFile(`${ROOT}/README.md`, 'utf8');
const blocks = blocksIn(readme);
const nameOf = ({ text }: Block): string => text.trim().split('\n')[0] ?? '';

test('every block of commands, in every document, says how it is proved', async () => {
  const documents = await trackedTexts(isMarkdown);
  const untagged = documents.flatMap(({ path, text }) =>
    untaggedShell(blocksIn(text)).map(({ line, info }) => `${path}:${line} ${info}`),
  );
  expect(untagged).toEqual([]);
  const elsewhere = documents
    .filter(({ path }) => path !== 'README.md')
    .flatMap(({ path, text }) =>
      (['start', 'run', 'stopped'] as const).flatMap((kind) =>
        shellBlocks(blocksIn(text), kind).map(() => path),
      ),
    );
  expect(elsewhere, 'only those of README.md are run').toEqual([]);
});

test('a block that does not say it is reported', () => {
  const text = '```sh\nrm -r .\n```\n\n```sh run\ntrue\n```\n\n```bash run\ntrue\n```\n';
  expect(untaggedShell(blocksIn(text)).map(({ line, info }) => [line, info])).toEqual([
    [1, 'sh'],
    [9, 'bash run'],
  ]);
});

test('every npm script that a document names is there', async () => {
  const { scripts } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8'));
  for (const { path, text } of await trackedTexts(isMarkdown)) {
    const missing = npmScriptsIn(text).filter((name) => scripts[name] === undefined);
    expect(missing, path).toEqual([]);
  }
});

test('every command of the launcher is in the README', async () => {
  const { scripts } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8')) as {
    scripts: Record<string, string>;
  };
  const own = Object.keys(scripts).filter((name) => scripts[name]?.includes('tools/bootstrap.sh'));
  expect(own.filter((name) => !npmScriptsIn(readme).includes(name))).toEqual([]);
});

test('every GraphQL operation is valid', async () => {
  const schema = buildSchema(await readFile(`${ROOT}/contracts/src/graphql/schema.graphql`, 'utf8'));
  const operations = blocks.filter(({ info }) => info === 'graphql');
  expect(operations).toHaveLength(2);
  for (const { text } of operations) expect(validate(schema, parse(text)).map(String)).toEqual([]);
});

describeWithKafka('the commands of the README', () => {
  const ports = new Map<number, number>();
  let folder = '';
  let env: NodeJS.ProcessEnv = {};
  let system: ChildProcess | undefined;
  let said = '';

  /** The text with this run's ports in place of the usual ones. */
  const here = (text: string): string =>
    [...ports].reduce(
      (result, [usual, port]) => result.replaceAll(`localhost:${usual}`, `localhost:${port}`),
      text,
    );

  const run = (text: string) =>
    // A refusal by the service is a failure here, though not to a plain curl.
    promisify(execFile)(
      'sh',
      ['-eu', '-c', `curl() { command curl --silent --show-error --fail "$@"; }\n${here(text)}`],
      {
        cwd: ROOT,
        env,
      },
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'order-saga-readme-'));
    for (const usual of [3001, 3002, 3003, 4000]) ports.set(usual, await freePort());
    const [orders, payments, inventory] = await Promise.all(
      ['orders', 'payments', 'inventory'].map((stem) => createDatabase(stem)),
    );
    env = {
      ...process.env,
      DATA_DIR: folder,
      ORDER_PORT: String(ports.get(3001)),
      PAYMENT_PORT: String(ports.get(3002)),
      INVENTORY_PORT: String(ports.get(3003)),
      GATEWAY_PORT: String(ports.get(4000)),
      ORDERS_DATABASE_URL: orders?.url,
      PAYMENTS_DATABASE_URL: payments?.url,
      INVENTORY_DATABASE_URL: inventory?.url,
      KAFKA_BROKERS: kafkaForTests().join(','),
    };
    // Vitest sets it for itself.
    delete env.NODE_ENV;
  });

  afterAll(async () => {
    const isRunning = system?.exitCode === null && system.signalCode === null;
    if (isRunning && system?.pid !== undefined) process.kill(-system.pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('the system starts by the command that the README gives', async () => {
    const [block, ...more] = shellBlocks(blocks, 'start');
    expect(more).toEqual([]);
    // In a group of its own, as a terminal has it: Ctrl-C then reaches every process of the command.
    system = spawn('sh', ['-c', `exec ${block?.text}`], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [system.stdout, system.stderr]) stream?.on('data', (chunk) => (said += chunk));
    const ended = once(system, 'exit').then(([code]) => {
      if (!/^Ready after /m.test(said)) throw new Error(`it ended with ${code}:\n${said}`);
    });
    await Promise.race([
      ended,
      eventually(() => /^Ready after /m.test(said), { timeoutMs: 55_000, describe: 'npm start' }),
    ]);
  });

  test.each(shellBlocks(blocks, 'run').map((block) => [nameOf(block), block.text]))(
    '%s',
    async (_name, text) => {
      const { stdout } = await run(text);
      expect(stdout).not.toBe('');
    },
  );

  test('the REST order that is declined ends cancelled, as the README says', async () => {
    const text = shellBlocks(blocks, 'run').find((block) => block.text.includes('?wait='))?.text ?? '';
    const { stdout } = await run(text);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled', total_amount: '39.99' });
  });

  test('the GraphQL operations are answered', async () => {
    for (const { text } of blocks.filter(({ info }) => info === 'graphql')) {
      if (getOperationAST(parse(text))?.operation === 'subscription') continue;
      const answer = await fetch(`http://localhost:${ports.get(4000)}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text }),
      });
      const { data, errors } = (await answer.json()) as { data: { createOrder: unknown }; errors?: unknown };
      expect(errors).toBeUndefined();
      expect(data.createOrder).toMatchObject({ order: { total: { currencyCode: 'USD' } }, userErrors: [] });
    }
  });

  test('Ctrl-C drains, and the command answers 0', async () => {
    const child = system as ChildProcess;
    const exited = once(child, 'exit');
    process.kill(-(child.pid as number), 'SIGINT');
    expect(await exited, said).toEqual([0, null]);
  });

  test.each(shellBlocks(blocks, 'stopped').map((block) => [nameOf(block), block.text]))(
    '%s',
    async (_name, text) => {
      await run(text);
    },
  );
});
