import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceContext } from '@order-saga/contracts';
import type { AnyRouter, inferRouterContext } from '@trpc/server';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyInstance } from 'fastify';
import type { Log } from './log.ts';
import { traceparentOf } from './traceparent.ts';

/** Who acts, as the caller says: it is written down beside what was done. */
export const OPERATOR_HEADER = 'x-operator';

/** The most calls that one HTTP request may carry; the client makes no larger batch. */
export const MAX_TRPC_BATCH = 50;

type ServiceRouter = AnyRouter & { _def: { _config: { $types: { ctx: ServiceContext } } } };

/** Serves a router of `contracts` under `/trpc`. A fault that the caller is not told about goes into the log. */
export async function mountTrpc<Router extends ServiceRouter>(
  server: FastifyInstance,
  options: { readonly router: Router; readonly tokens: readonly string[]; readonly log: Log },
): Promise<void> {
  const isAuthorized = bearerCheck(options.tokens);
  await server.register(fastifyTRPCPlugin<Router>, {
    prefix: '/trpc',
    trpcOptions: {
      router: options.router,
      maxBatchSize: MAX_TRPC_BATCH,
      // A query with a hundred ids does not fit into a URL that every proxy takes.
      allowMethodOverride: true,
      createContext: ({ req }): inferRouterContext<Router> => ({
        authorized: isAuthorized(req.headers.authorization),
        traceparent: traceparentOf(req.headers),
        operator: operatorOf(req.headers[OPERATOR_HEADER]),
      }),
      onError: ({ error, path, type }) => {
        if (error.code !== 'INTERNAL_SERVER_ERROR') return;
        options.log.error({ err: error.cause ?? error, path, type }, 'a tRPC call failed');
      },
    },
  });
}

const operatorOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^[\x20-\x7e]{1,100}$/.test(header.trim()) ? header.trim() : undefined;

/**
 * Any of the tokens will do. Compares digests, and with all of them, so that neither the time it takes nor the length
 * of what was sent tells anything about a token.
 */
export function bearerCheck(tokens: readonly string[]): (authorization: string | undefined) => boolean {
  const expected = tokens.map(digest);
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return false;
    const found = digest(given);
    return expected.filter((token) => timingSafeEqual(found, token)).length > 0;
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
