import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  type OperationContext,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { type FetchedText, type FetchInit, keepAliveFetch } from './keep-alive-fetch.ts';
import { MAX_TRPC_BATCH, OPERATOR_HEADER } from './trpc-server.ts';

export interface ServiceClientOptions {
  /** Of the service, without a path, as in `http://127.0.0.1:3001`. */
  readonly url: string;
  readonly token: string;
  /** Who acts, where people do: what they change is written down under that name. Printable ASCII. */
  readonly operator?: string;
  /** Default 5 s. */
  readonly timeoutMs?: number;
  /** How requests are sent; where not given, over connections to `url` that stay open. */
  readonly fetch?: (input: string | URL, init?: FetchInit) => Promise<FetchedText>;
}

/**
 * A typed client of a service. Queries of one tick travel together. Each mutation goes by itself: it keeps its own
 * trace (`{ context: { traceparent } }` as the call's second argument), and no slow one holds up the others.
 */
export function createServiceClient<Router extends AnyRouter>(
  options: ServiceClientOptions,
): TRPCClient<Router> {
  const common = {
    url: new URL('/trpc', options.url).toString(),
    fetch: options.fetch ?? keepAliveFetch({ timeoutMs: options.timeoutMs ?? 5_000 }),
  };
  const known = {
    authorization: `Bearer ${options.token}`,
    ...(options.operator === undefined ? {} : { [OPERATOR_HEADER]: options.operator }),
  };
  const headersOf = (context: OperationContext | undefined) => {
    const traceparent = context?.traceparent;
    return typeof traceparent === 'string' ? { ...known, traceparent } : known;
  };
  return createTRPCClient<Router>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'mutation',
        true: httpLink<AnyRouter>({ ...common, headers: ({ op }) => headersOf(op.context) }),
        false: httpBatchLink<AnyRouter>({
          ...common,
          maxItems: MAX_TRPC_BATCH,
          methodOverride: 'POST',
          headers: ({ opList }) => headersOf(opList[0].context),
        }),
      }),
    ],
  });
}
