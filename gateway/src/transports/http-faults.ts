import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';

/** Before anything was executed, a fault is one of the whole request and has a status of its own. */
const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  TOO_MANY_CONNECTIONS: 429,
  OVERLOADED: 503,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

export interface HttpFault {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** How HTTP says what this error says. */
export function httpFaultOf({ extensions }: Pick<GraphQLFormattedError, 'extensions'>): HttpFault {
  const status = STATUS[String(extensions?.code)] ?? 400;
  const retryAfterS = extensions?.retryAfterS;
  return {
    status,
    headers: [
      ...(status === 401 ? [['www-authenticate', 'Bearer'] as const] : []),
      ...(typeof retryAfterS === 'number' ? [['retry-after', String(Math.ceil(retryAfterS))] as const] : []),
    ],
  };
}

export const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('unexpected', {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });
