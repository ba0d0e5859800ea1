import { ISSUER, keyServer, signingKey, trusting } from '@order-saga/testkit';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  authSettings,
  type Caller,
  createAuthentication,
  DEVELOPMENT_ISSUER,
  refineAuth,
} from '../src/auth/index.ts';
import { readConfig } from '../src/config.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const ANYONE: Caller = { customerId: null, roles: [], scope: 'all', expiresAt: null };
const key = await signingKey('one');

const schema = z
  .object({ ...authSettings, NODE_ENV: z.enum(['development', 'production']).default('production') })
  .superRefine(refineAuth);
const settings = (env: Record<string, string>) => readConfig(schema, env);

const JWT = trusting(key);
const checkWith = (env: Record<string, string>) => {
  const check = createAuthentication(settings(env), { anonymous: ANYONE });
  return (token?: string) => check(token === undefined ? undefined : `Bearer ${token}`);
};
const refused = (message: RegExp) => ({ code: 'UNAUTHORIZED', message: expect.stringMatching(message) });
const now = () => Math.floor(Date.now() / 1_000);

describe('a token tells', () => {
  test('whose it is, and until when', async () => {
    const exp = now() + 60;
    expect(await checkWith(JWT)(await key.sign({ sub: ANN.toUpperCase(), exp }))).toEqual({
      customerId: ANN,
      roles: [],
      scope: 'own',
      expiresAt: (exp + 5) * 1_000,
    });
  });

  test('that its bearer is support, who need not be a customer', async () => {
    const token = await key.sign({ sub: 'joe@shop.example', roles: ['printer', 'support'] });
    expect(await checkWith(JWT)(token)).toMatchObject({
      customerId: null,
      roles: ['printer', 'support'],
      scope: 'all',
    });
  });

  test.each([
    ['within another', 'realm_access.roles', { realm_access: { roles: ['agent'] } }],
    ['with a URL for a name', 'https://shop.example/roles', { 'https://shop.example/roles': ['agent'] }],
    ['of names with spaces between', 'scope', { scope: 'openid agent' }],
  ])('its roles in a claim %s', async (_what, claim, payload) => {
    const check = checkWith({
      ...JWT,
      AUTH_ROLES_CLAIM: claim,
      AUTH_SUPPORT_ROLE: 'agent',
      AUTH_CUSTOMER_CLAIM: 'ext.customer',
    });
    const token = await key.sign({ ...payload, ext: { customer: ANN } });
    expect(await check(token)).toMatchObject({ customerId: ANN, scope: 'all' });
  });

  test('nothing by a name that every object has', async () => {
    const check = checkWith({ ...JWT, AUTH_ROLES_CLAIM: 'constructor.name', AUTH_SUPPORT_ROLE: 'Object' });
    expect(await check(await key.sign({ sub: ANN }))).toMatchObject({ roles: [], scope: 'own' });
  });
});

describe('a token is refused', () => {
  const cases: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ['when it has expired', () => key.sign({ sub: ANN, exp: now() - 60 }), /expired/],
    ['when it never expires', () => key.signForEver({ sub: ANN }), /"exp"/],
    ['before it begins', () => key.sign({ sub: ANN, nbf: now() + 60 }), /"nbf"/],
    ['from another issuer', () => key.sign({ sub: ANN, iss: 'https://evil.example/' }), /"iss"/],
    ['for another audience', () => key.sign({ sub: ANN, aud: 'another-api' }), /"aud"/],
    ['that names nobody', () => key.sign({}), /names no customer/],
    ['whose customer is no UUID', () => key.sign({ sub: 'ann' }), /names no customer/],
    ['of an unknown key', async () => (await signingKey('two')).sign({ sub: ANN }), /not signed by a key/],
    [
      'of a foreign key under a known name',
      async () => (await signingKey('one')).sign({ sub: ANN }),
      /not signed/,
    ],
    ['that was changed', async () => tampered(await key.sign({ sub: ANN })), /not signed by a key/],
    ['that is not signed', async () => unsigned({ sub: ANN }), /not signed by a key/],
    ['that is signed with the public key as a secret', () => confused(), /not signed by a key/],
    ['that is none', async () => 'nonsense', /not signed by a key/],
    ['that is endless', async () => 'x'.repeat(20_000), /must be "Bearer/],
  ];
  test.each(cases)('%s', async (_what, make, message) => {
    await expect(checkWith(JWT)(await make())).rejects.toMatchObject(refused(message));
  });

  test('and so is a request without one, or with another scheme', async () => {
    await expect(checkWith(JWT)()).rejects.toMatchObject(refused(/a token is missing/));
    const check = createAuthentication(settings(JWT), { anonymous: ANYONE });
    await expect(check('Basic YTpi')).rejects.toMatchObject(refused(/must be "Bearer/));
  });

  const claims = { iss: ISSUER, aud: 'order-saga', exp: now() + 60 };
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = (payload: object) => `${base64({ alg: 'none' })}.${base64({ ...claims, ...payload })}.`;
  const confused = () =>
    new SignJWT({ ...claims, sub: ANN })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(Buffer.from(JSON.stringify(key.publicJwk)));
  const tampered = (token: string) => {
    const [head, , signature] = token.split('.');
    return `${head}.${base64({ ...claims, sub: ANN, roles: ['support'] })}.${signature}`;
  };
});

describe('keys of an issuer', () => {
  test('are read once, and again when a token comes with a new one', async () => {
    const [old, young] = [await signingKey('old'), await signingKey('young')];
    await using issuer = await keyServer(old);
    const check = checkWith({ ...JWT, AUTH_JWKS_URL: issuer.url, AUTH_JWKS_COOLDOWN_MS: '0' });
    await check(await old.sign({ sub: ANN }));
    await check(await old.sign({ sub: ANN }));
    expect(issuer.published.reads).toBe(1);
    issuer.published.keys = [old, young];
    await check(await young.sign({ sub: ANN }));
    expect(issuer.published.reads).toBe(2);
    await check(await old.sign({ sub: ANN }));
  });

  test('are refused once they were withdrawn', async () => {
    const [old, young] = [await signingKey('old'), await signingKey('young')];
    await using issuer = await keyServer(old);
    const check = checkWith({ ...JWT, AUTH_JWKS_URL: issuer.url, AUTH_JWKS_MAX_AGE_MS: '0' });
    await check(await old.sign({ sub: ANN }));
    issuer.published.keys = [young];
    await expect(check(await old.sign({ sub: ANN }))).rejects.toMatchObject(refused(/not signed by a key/));
  });

  test('are not read again and again for tokens with invented ones', async () => {
    await using issuer = await keyServer(key);
    const check = checkWith({ ...JWT, AUTH_JWKS_URL: issuer.url });
    await check(await key.sign({ sub: ANN }));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(check(await key.sign({ sub: ANN }, { kid: `k${attempt}` }))).rejects.toMatchObject(
        refused(/not signed by a key/),
      );
    }
    expect(issuer.published.reads).toBe(1);
  });

  test('are tried one after the other for a token that does not say which is its own', async () => {
    const other = await signingKey('two');
    const keys = JSON.stringify({ keys: [other.publicJwk, key.publicJwk] });
    const check = checkWith({ ...JWT, AUTH_JWKS: keys });
    expect(await check(await key.sign({ sub: ANN }, { kid: null }))).toMatchObject({ customerId: ANN });
    const foreign = await (await signingKey('three')).sign({ sub: ANN }, { kid: null });
    await expect(check(foreign)).rejects.toMatchObject(refused(/not signed by a key/));
  });

  test('that cannot be had are no fault of the caller', async () => {
    await using issuer = await keyServer(key);
    issuer.published.isBroken = true;
    const check = checkWith({ ...JWT, AUTH_JWKS_URL: issuer.url });
    const token = await key.sign({ sub: ANN });
    await expect(check(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    issuer.published.isBroken = false;
    expect(await check(token)).toMatchObject({ customerId: ANN });
  });
});

describe('in development', () => {
  test('who sends no token may do everything; who sends one is taken at its word', async () => {
    const check = checkWith({ AUTH: 'development', AUTH_JWKS: JWT.AUTH_JWKS });
    expect(await check()).toEqual(ANYONE);
    const token = await key.sign({ sub: ANN, iss: DEVELOPMENT_ISSUER });
    expect(await check(token)).toMatchObject({ customerId: ANN, scope: 'own' });
    await expect(check(await key.sign({ sub: ANN, exp: 1, iss: DEVELOPMENT_ISSUER }))).rejects.toMatchObject(
      refused(/expired/),
    );
  });

  test('without keys a token is refused rather than ignored', async () => {
    const check = checkWith({ AUTH: 'development' });
    await expect(check(await key.sign({ sub: ANN }))).rejects.toMatchObject(refused(/was given no keys/));
  });
});

describe('the configuration', () => {
  test('lets nobody in by an oversight: in production it must say how callers are told apart', () => {
    expect(() => settings({})).toThrow(/AUTH: is not set; set it to jwt/);
    expect(settings({ NODE_ENV: 'development' }).AUTH).toBeUndefined();
  });

  test('names all that tokens need', () => {
    expect(() => settings({ AUTH: 'jwt' })).toThrow(/AUTH_ISSUER: is not set.*\n.*AUTH_JWKS_URL: is not set/);
  });

  test.each([
    ['text', 'keys'],
    ['no keys', '{"keys":[]}'],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['a private key', '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}]}'],
  ])('takes no %s for public keys', (_what, AUTH_JWKS) => {
    expect(() => settings({ ...JWT, AUTH_JWKS })).toThrow(/AUTH_JWKS: must be a JSON Web Key Set/);
  });
});
