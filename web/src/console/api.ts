import type { ConsoleRouter } from '@order-saga/contracts';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { accessToken } from '../design/access-token.ts';
import { createStore } from '../design/store.ts';

export const api = createTRPCClient<ConsoleRouter>({
  links: [
    httpBatchLink({
      url: '/console/api',
      maxURLLength: 6_000,
      headers: () => {
        const token = accessToken.read();
        return token === null ? {} : { authorization: `Bearer ${token}` };
      },
    }),
  ],
});

/** Whether the gateway answers: for the banner. */
export const connection = createStore<'open' | 'lost'>('open');
/** What the gateway thinks of whoever asks. */
export const standing = createStore<'support' | 'stranger' | 'customer'>('support');

const codeOf = (error: unknown): string | undefined =>
  error instanceof TRPCClientError ? (error.data as { code?: string } | null)?.code : undefined;

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: () => connection.write('open'),
    onError(error) {
      const code = codeOf(error);
      // What has a code was answered by the gateway, although not as one would wish.
      connection.write(code === undefined ? 'lost' : 'open');
      if (code === 'UNAUTHORIZED') standing.write('stranger');
      if (code === 'FORBIDDEN') standing.write('customer');
    },
  }),
  defaultOptions: {
    queries: {
      // Whatever is shown is asked for again in a moment anyway.
      retry: false,
      networkMode: 'always',
      staleTime: 1_000,
    },
  },
});

export const LIVE_MS = 2_000;
