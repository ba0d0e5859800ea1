import { GraphQLError } from 'graphql';

/** The faults that clients may act on; each names one remedy. Whatever has none of these codes is masked as INTERNAL. */
export const PUBLIC_CODES = [
  'NOT_FOUND',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'OVERLOADED',
  'SERVICE_UNAVAILABLE',
  'SUBSCRIBER_TOO_SLOW',
  'TOO_MANY_SUBSCRIPTIONS',
  'TOO_MANY_CONNECTIONS',
  'RATE_LIMITED',
  'DOCUMENT_UNKNOWN',
  'DOCUMENT_NOT_TRUSTED',
] as const;
export type PublicCode = (typeof PUBLIC_CODES)[number];

/** A fault whose message is written for the client. `details` go into `extensions` beside the code. */
export const publicError = (
  code: PublicCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): GraphQLError => new GraphQLError(message, { extensions: { ...details, code } });
