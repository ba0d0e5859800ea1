import { join } from 'node:path';
import { DEFAULT_AUDIENCE, DEVELOPMENT_ISSUER } from '@order-saga/service-kit/auth';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { onceFile } from './once-file.ts';

const ALGORITHM = 'ES256';

export const developmentKeyFile = (dataDir: string): string => join(dataDir, 'development-key.json');

export interface DevelopmentKey {
  /** The public half, as the processes are told it. */
  readonly jwks: string;
  /** A token of someone who does not exist, for `npm run token`. */
  sign(claims: { sub?: string; roles: readonly string[] }, minutes: number): Promise<string>;
}

/** What signs tokens on this machine and for it: made once, kept beside the data. */
export async function developmentKey(dataDir: string): Promise<DevelopmentKey> {
  const jwk = JSON.parse(await onceFile(developmentKeyFile(dataDir), makeKey)) as JWK;
  const { d: _private, ...publicJwk } = jwk;
  return {
    jwks: JSON.stringify({ keys: [publicJwk] }),
    async sign(claims, minutes) {
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(DEFAULT_AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${minutes}m`)
        .sign(await importJWK(jwk, ALGORITHM));
    },
  };
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, alg: ALGORITHM, kid: await calculateJwkThumbprint(jwk) });
}
