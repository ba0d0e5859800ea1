import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { boundaryViolations, type SourceFile } from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const WORKSPACES = '{contracts,gateway,web,bench,e2e,simulation,services/*,packages/*,tools/*}';

async function repository(): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const path of glob(`${WORKSPACES}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  })) {
    // This file plants violations, and would be the only one to be reported.
    if (path !== 'tools/checks/test/boundaries.test.ts')
      files.push({ path, source: await readFile(`${root}/${path}`, 'utf8') });
  }
  return files;
}

test('no file of the repository crosses a boundary', async () => {
  const files = await repository();
  expect(files.length).toBeGreaterThan(100);
  const found = boundaryViolations(files).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
  expect(found).toEqual([]);
});

describe('a planted violation is reported', () => {
  const planted: readonly [name: string, path: string, source: string, rule: RegExp][] = [
    [
      'contracts importing one of ours',
      'contracts/src/a.ts',
      "import { x } from '@order-saga/saga';",
      /contracts must not import @order-saga\/saga/,
    ],
    [
      'the engine importing messaging',
      'packages/saga/src/a.ts',
      "export { x } from '@order-saga/messaging';",
      /packages\/saga must not import/,
    ],
    [
      'the engine importing the test kit outside its tests',
      'packages/saga/src/a.ts',
      "import '@order-saga/testkit';",
      /must not import @order-saga\/testkit/,
    ],
    [
      'a service importing another',
      'services/order/src/a.ts',
      "import type { P } from '@order-saga/payment-service';",
      /services\/order must not import @order-saga\/payment-service/,
    ],
    [
      'a service importing another in a test',
      'services/order/test/a.test.ts',
      "const x = await import('@order-saga/inventory-service');",
      /must not import @order-saga\/inventory-service/,
    ],
    [
      'a service reaching into another by path',
      'services/order/src/a.ts',
      "import { p } from '../../payment/src/index.ts';",
      /reaches into services\/payment\/src\/index\.ts/,
    ],
    [
      'an import that goes over several lines',
      'services/payment/src/a.ts',
      "import {\n  a,\n} from '@order-saga/saga';",
      /services\/payment must not import @order-saga\/saga/,
    ],
    [
      'the gateway importing the engine',
      'gateway/src/a.ts',
      "import { x } from '@order-saga/saga';",
      /gateway must not import/,
    ],
    [
      'a page importing the engine',
      'web/src/a.tsx',
      "import { decide } from '@order-saga/saga';",
      /web must not import @order-saga\/saga/,
    ],
    [
      'kafkajs beside its adapter',
      'packages/messaging/src/relay.ts',
      "import { Kafka } from 'kafkajs';",
      /kafkajs is imported in/,
    ],
    [
      'a deep path into kafkajs',
      'services/order/src/a.ts',
      "require('kafkajs/src/cluster');",
      /kafkajs is imported in/,
    ],
    [
      'the environment read outside config.ts',
      'services/order/src/a.ts',
      'const port = process.env.PORT;',
      /process\.env is read in config\.ts only/,
    ],
    ['a clock in the domain', 'services/order/src/a.ts', 'const now = Date.now();', /time and random ids/],
    [
      'another clock in the domain',
      'packages/saga/src/a.ts',
      'const at = new Date();',
      /time and random ids/,
    ],
    [
      'a random id in the domain',
      'packages/saga/src/a.ts',
      'const id = crypto.randomUUID();',
      /time and random ids/,
    ],
    [
      'chance in the domain',
      'services/payment/src/a.ts',
      'if (Math.random() < 0.2) decline();',
      /time and random ids/,
    ],
    [
      'a service that publishes by itself',
      'services/order/src/a.ts',
      'await broker.publish([message]);',
      /only the relay publishes/,
    ],
    [
      'a workspace that nobody listed',
      'packages/new/src/a.ts',
      'export {};',
      /outside every known workspace/,
    ],
  ];

  test.each(planted)('%s', (_name, path, source, rule) => {
    const found = boundaryViolations([{ path, source }]);
    expect(found).toHaveLength(1);
    expect(found[0]?.rule).toMatch(rule);
  });
});

describe('what has its place is not reported', () => {
  const fine: readonly [name: string, path: string, source: string][] = [
    ['the environment in config.ts', 'services/order/src/config.ts', 'read(process.env);'],
    ['the clock port', 'packages/service-kit/src/clock.ts', 'now: () => Date.now(),'],
    ['an instant made from a number', 'services/order/src/a.ts', 'new Date(row.createdAtMs)'],
    ['a comment that names a clock', 'packages/saga/src/a.ts', ' * no Date.now() here'],
    ['kafkajs in its adapter', 'packages/messaging/src/kafka/a.ts', "import { Kafka } from 'kafkajs';"],
    [
      'a test of a service using the test kit',
      'services/order/test/a.test.ts',
      "import { eventually } from '@order-saga/testkit';",
    ],
    [
      'a package naming itself',
      'packages/testkit/vitest.config.ts',
      "import '@order-saga/testkit/postgres-setup';",
    ],
    [
      'the configuration that all tests share',
      'services/order/vitest.config.ts',
      "import { workspaceTests } from '../../vitest.shared.ts';",
    ],
  ];

  test.each(fine)('%s', (_name, path, source) => {
    expect(boundaryViolations([{ path, source }])).toEqual([]);
  });
});
