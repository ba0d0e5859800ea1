import { RequestError, uuidSchema } from '@order-saga/contracts';
import type { JWTPayload } from 'jose';
import type { AuthSettings } from './auth-settings.ts';
import type { Caller } from './caller.ts';

export type ClaimSettings = Pick<
  AuthSettings,
  'AUTH_CUSTOMER_CLAIM' | 'AUTH_ROLES_CLAIM' | 'AUTH_SUPPORT_ROLE'
>;

/** Clocks of issuer and verifier are never the same. */
export const CLOCK_TOLERANCE_S = 5;

/** Who a verified token speaks for. A token that names neither a customer nor support staff is refused. */
export function callerOf(payload: JWTPayload, settings: ClaimSettings): Caller {
  const roles = rolesOf(claimOf(payload, settings.AUTH_ROLES_CLAIM));
  const customerId = uuidSchema.safeParse(claimOf(payload, settings.AUTH_CUSTOMER_CLAIM)).data ?? null;
  const expiresAt = payload.exp === undefined ? null : (payload.exp + CLOCK_TOLERANCE_S) * 1_000;
  if (roles.includes(settings.AUTH_SUPPORT_ROLE)) return { customerId, roles, scope: 'all', expiresAt };
  if (customerId !== null) return { customerId, roles, scope: 'own', expiresAt };
  throw new RequestError(
    'UNAUTHORIZED',
    `the token names no customer: its claim ${JSON.stringify(settings.AUTH_CUSTOMER_CLAIM)} must be a UUID`,
  );
}

/** `realm_access.roles`; the whole name first, because a claim may be called `https://shop.example/roles`. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      payload,
    );
}

/** A list, or names with spaces between them as in `scope`. */
function rolesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((role) => role !== '');
  return Array.isArray(claim) ? claim.filter((role) => typeof role === 'string') : [];
}
