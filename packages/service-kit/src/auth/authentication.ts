import { RequestError } from '@order-saga/contracts';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { type AuthSettings, DEVELOPMENT_ISSUER } from './auth-settings.ts';
import type { Caller } from './caller.ts';
import { CLOCK_TOLERANCE_S, callerOf } from './claims.ts';

/**
 * Takes an `Authorization` header. Throws a `RequestError` written for clients: UNAUTHORIZED for what does not hold,
 * UNAVAILABLE while the issuer's keys cannot be read.
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Public keys only: a secret that verifies could sign as well, and `none` proves nothing. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'RS256', 'RS384', 'RS512', 'PS256'];
/** Longer than any token that a proxy lets through in a header. */
const MAX_TOKEN_LENGTH = 16_384;

/** `anonymous`: who a request without a token is in development. */
export function createAuthentication(
  settings: AuthSettings,
  { anonymous }: { readonly anonymous: Caller },
): Authenticate {
  const keys = keysOf(settings);
  return async (authorization) => {
    if (authorization === undefined) {
      if (settings.AUTH !== 'jwt') return anonymous;
      throw refusal('a token is missing: send "Authorization: Bearer <token>"');
    }
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > MAX_TOKEN_LENGTH) {
      throw refusal('the Authorization header must be "Bearer <token>"');
    }
    if (keys === undefined) {
      throw refusal('this process was given no keys and can check no token: send none, or set AUTH_JWKS_URL');
    }
    return callerOf(await verified(token, keys, settings), settings);
  };
}

function keysOf(settings: AuthSettings): JWTVerifyGetKey | undefined {
  if (settings.AUTH_JWKS_URL !== undefined) {
    return createRemoteJWKSet(new URL(settings.AUTH_JWKS_URL), {
      cooldownDuration: settings.AUTH_JWKS_COOLDOWN_MS,
      cacheMaxAge: settings.AUTH_JWKS_MAX_AGE_MS,
    });
  }
  return settings.AUTH_JWKS === undefined ? undefined : createLocalJWKSet(settings.AUTH_JWKS);
}

async function verified(token: string, keys: JWTVerifyGetKey, settings: AuthSettings): Promise<JWTPayload> {
  const options: JWTVerifyOptions = {
    issuer: settings.AUTH_ISSUER ?? DEVELOPMENT_ISSUER,
    audience: settings.AUTH_AUDIENCE,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['exp'],
  };
  try {
    const { payload } = await jwtVerify(token, keys, options);
    return payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw faultOf(error);
    // A token that does not say which key signed it: while keys rotate there are two, and either may be meant.
    for await (const key of error) {
      const found = await jwtVerify(token, key, options).catch((fault) => {
        if (!(fault instanceof errors.JWSSignatureVerificationFailed)) throw faultOf(fault);
      });
      if (found !== undefined) return found.payload;
    }
    throw unknownSignature();
  }
}

/** jose's own codes: what is wrong with the token, or that its keys could not be had. */
function faultOf(error: unknown): RequestError {
  const { code, claim } = error as { code?: string; claim?: string };
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return refusal('the token has expired: get a new one');
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return refusal(`the token is not one for here: its claim ${JSON.stringify(claim)} does not hold`);
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return unknownSignature();
    default:
      return Object.assign(
        new RequestError('UNAVAILABLE', 'tokens cannot be checked just now: try again in a moment', {
          retryAfterS: 5,
        }),
        { cause: error },
      );
  }
}

const unknownSignature = () => refusal('the token was not signed by a key that is known here');

const refusal = (message: string) => new RequestError('UNAUTHORIZED', message);
