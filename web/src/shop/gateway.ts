import { createGatewayClient, isGatewayError } from '@order-saga/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { accessToken } from '../design/access-token.ts';
import { createStore } from '../design/store.ts';

/** Whether the gateway answers: for the banner. */
export const connection = createStore<'open' | 'lost'>('open');

export const gateway = createGatewayClient({
  url: '/graphql',
  token: () => accessToken.read() ?? undefined,
  onConnection: (state) => connection.write(state),
});

/** Whether the gateway wants to know who asks. */
export const isStranger = createStore(false);

const MAX_FAILURES = 3;

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => isGatewayError(error) && error.code === 'UNAUTHENTICATED' && isStranger.write(true),
  }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < MAX_FAILURES && isGatewayError(error) && error.isPassing,
      retryDelay: (failures) => gateway.backoffMs(failures),
      // Requests find out by themselves; what the browser believes of its network is often wrong for a local gateway.
      networkMode: 'always',
      staleTime: 1_000,
    },
    mutations: { networkMode: 'always' },
  },
});
