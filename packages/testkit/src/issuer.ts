import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An issuer of tokens, as a login service is one. */
export const ISSUER = 'https://login.shop.example/';
const AUDIENCE = 'order-saga';

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** Good for five minutes unless the claims say otherwise. */
  sign(claims: JWTPayload, options?: { kid?: string | null }): Promise<string>;
  signForEver(claims: JWTPayload): Promise<string>;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const prepare = (header: { kid?: string }, claims: JWTPayload) =>
    new SignJWT({ iss: ISSUER, aud: AUDIENCE, ...claims }).setProtectedHeader({ alg, ...header });
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg },
    sign(claims, options = {}) {
      const jwt = prepare(options.kid === null ? {} : { kid: options.kid ?? kid }, claims);
      return (claims.exp === undefined ? jwt.setExpirationTime('5m') : jwt).sign(privateKey);
    },
    signForEver: (claims) => prepare({ kid }, claims).sign(privateKey),
  };
}

/** What a service is told of an issuer with this one key. */
export const trusting = ({ publicJwk }: SigningKey) => ({
  AUTH: 'jwt',
  AUTH_ISSUER: ISSUER,
  AUTH_JWKS: JSON.stringify({ keys: [publicJwk] }),
});

/** Publishes keys as an issuer does, and counts how often they are read. */
export async function keyServer(...keys: SigningKey[]) {
  const published = { keys, reads: 0, isBroken: false };
  const server = createServer((_request, response) => {
    published.reads += 1;
    if (published.isBroken) response.writeHead(503).end();
    else response.end(JSON.stringify({ keys: published.keys.map(({ publicJwk }) => publicJwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    published,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
