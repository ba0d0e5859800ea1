import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { setting, wholeNumber } from '../config.ts';

/** Issuer and audience of tokens that the launcher's own key signs, for `npm run token`. */
export const DEVELOPMENT_ISSUER = 'urn:order-saga:development';
export const DEFAULT_AUDIENCE = 'order-saga';

const DAY_MS = 86_400_000;

const webUrl = z
  .string()
  .refine(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    'must be a URL that begins with https://',
  );

const keySet = z.string().transform((text, context): JSONWebKeySet => {
  try {
    keySetSchema.parse(JSON.parse(text));
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON Web Key Set with public keys' });
    return z.NEVER;
  }
});
/** A private key or a shared secret has no place where tokens are only verified. */
const keySetSchema = z.object({
  keys: z
    .array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), d: z.never().optional() }))
    .min(1)
    .max(100),
});

/** How customers are told apart: the same variables at every door that customers use. */
export const authSettings = {
  /** `jwt`: every request needs a token. `development`: a request without one may do everything. */
  AUTH: setting(z.enum(['jwt', 'development']).optional(), {
    remedy: 'set it to jwt, or to development where nobody else can reach the port',
  }),
  AUTH_ISSUER: setting(z.string().optional(), {
    remedy: 'set it to what your tokens have in `iss`, as in https://login.shop.example/',
  }),
  AUTH_AUDIENCE: setting(z.string().default(DEFAULT_AUDIENCE), {
    remedy: 'set it to what your tokens have in `aud`',
  }),
  /** Read when the first token comes, and again for a key that is not known yet. */
  AUTH_JWKS_URL: setting(webUrl.optional(), { remedy: 'set it to where the issuer publishes its keys' }),
  /** The keys themselves, for an issuer that publishes none. */
  AUTH_JWKS: setting(keySet.optional(), {
    remedy: 'set it to {"keys":[…]}, or set AUTH_JWKS_URL',
    // What is refused may be a private key.
    secret: true,
  }),
  /** A token with an unknown key makes us read the keys again at most this often. */
  AUTH_JWKS_COOLDOWN_MS: setting(wholeNumber(0, DAY_MS).default(10_000), {
    remedy: 'set it to how long to wait between two readings of the keys',
  }),
  /** A key that the issuer has withdrawn is refused after this time at the latest. */
  AUTH_JWKS_MAX_AGE_MS: setting(wholeNumber(0, DAY_MS).default(600_000), {
    remedy: 'set it to how old the keys may be',
  }),
  AUTH_CUSTOMER_CLAIM: setting(z.string().default('sub'), {
    remedy: 'set it to the claim that holds the customer’s UUID, with dots for a claim within a claim',
  }),
  AUTH_ROLES_CLAIM: setting(z.string().default('roles'), {
    remedy: 'set it to the claim that holds roles, as in realm_access.roles',
  }),
  AUTH_SUPPORT_ROLE: setting(z.string().default('support'), {
    remedy: 'set it to the role of those who may see and touch the orders of all customers',
  }),
};

const authSchema = z.object(authSettings);
export type AuthSettings = z.output<typeof authSchema>;

type Variable = keyof AuthSettings;

/** For `.superRefine` of a schema that spreads `authSettings`: what one variable asks of others. */
export function refineAuth(
  config: AuthSettings & { readonly NODE_ENV: string },
  context: z.core.$RefinementCtx,
): void {
  const isMissing = (variable: Variable) =>
    context.addIssue({ code: 'custom', path: [variable], message: 'is not set' });
  // Nobody is let in by an oversight: that everyone may do everything has to be said.
  if (config.AUTH === undefined && config.NODE_ENV === 'production') isMissing('AUTH');
  if (config.AUTH !== 'jwt') return;
  if (config.AUTH_ISSUER === undefined) isMissing('AUTH_ISSUER');
  if (config.AUTH_JWKS_URL === undefined && config.AUTH_JWKS === undefined) isMissing('AUTH_JWKS_URL');
}
