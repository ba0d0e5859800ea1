import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrderConfig } from '@order-saga/order-service';
import { createAuthentication } from '@order-saga/service-kit/auth';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { developmentKey, developmentKeyFile } from '../src/system/development-key.ts';
import { environmentOf } from '../src/system/environment.ts';
import { ONE_PROCESS_PER_SERVICE, SERVICES } from '../src/system/services.ts';
import { run } from '../src/token.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'order-saga-token-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** What `npm run token` prints. */
async function printed(...args: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    expect(await run([...args, `--data-dir=${dataDir}`])).toBe(0);
    return String(log.mock.lastCall?.[0]);
  } finally {
    log.mockRestore();
  }
}

/** How a process that the launcher starts here tells its callers apart. */
async function doorOf(base: NodeJS.ProcessEnv) {
  const { jwks } = await developmentKey(dataDir);
  const spec = ONE_PROCESS_PER_SERVICE.find(({ name }) => name === 'order');
  const env = environmentOf(spec as NonNullable<typeof spec>, {
    services: SERVICES,
    ports: { order: 1, payment: 2, inventory: 3, gateway: 4 },
    databases: { orders: 'postgresql://o', payments: 'postgresql://p', inventory: 'postgresql://i' },
    brokers: [],
    adminToken: 'sixteen-characters-or-more',
    developmentJwks: jwks,
    stateDir: dataDir,
    addressesOf: () => 'http://127.0.0.1:1',
    base,
  });
  const anonymous = { scope: 'all', customerId: null, roles: [], expiresAt: null } as const;
  return createAuthentication(readOrderConfig(env), { anonymous });
}

test('a token of npm run token is taken by the processes of npm start, in either mode', async () => {
  const customer = await printed('--customer', ANN);
  const support = await printed('--role', 'support');
  for (const AUTH of ['development', 'jwt']) {
    const check = await doorOf({ AUTH });
    expect(await check(`Bearer ${customer}`)).toMatchObject({ customerId: ANN, scope: 'own' });
    expect(await check(`Bearer ${support}`)).toMatchObject({ customerId: null, scope: 'all' });
  }
});

test('where tokens of another issuer are taken, those of npm run token are not', async () => {
  const check = await doorOf({
    AUTH: 'jwt',
    AUTH_ISSUER: 'https://login.shop.example/',
    AUTH_JWKS: JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' }] }),
  });
  const token = await printed('--customer', ANN);
  await expect(check(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

test('the key is made once, and nobody else may read it', async () => {
  const [one, other] = await Promise.all([developmentKey(dataDir), developmentKey(dataDir)]);
  expect((await developmentKey(dataDir)).jwks).toBe(one.jwks);
  expect(other.jwks).toBe(one.jwks);
  expect((await stat(developmentKeyFile(dataDir))).mode & 0o777).toBe(0o600);
  expect(one.jwks).not.toContain('"d"');
});

test.each([
  [[], /whose token\?/],
  [['--customer', 'ann'], /is not a UUID/],
  [['--customer', ANN, '--minutes', '0'], /is not a whole number/],
])('%j is answered with what to say instead', async (args, message) => {
  await expect(run([...args, `--data-dir=${dataDir}`])).rejects.toThrow(message);
});
