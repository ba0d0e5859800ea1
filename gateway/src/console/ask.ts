import { TRPCError } from '@trpc/server';
import { GraphQLError } from 'graphql';
import type { CallOptions, Peer } from '../services/peer.ts';

/** Asks a service; that it does not answer is told to the operator in words, and is no fault of ours. */
export const ask = <Client, Answer>(
  peer: Peer<Client>,
  run: (client: Client, options: CallOptions) => Promise<Answer>,
): Promise<Answer> =>
  peer.call(undefined, run).catch((error: unknown) => {
    throw publicCodeOf(error) === 'SERVICE_UNAVAILABLE'
      ? new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: (error as Error).message, cause: error })
      : error;
  });

/** The code of a fault that is fit for callers to read; undefined for any other. */
export const publicCodeOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? error.extensions.code : undefined;
