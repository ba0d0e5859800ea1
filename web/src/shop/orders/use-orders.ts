import {
  followOrder,
  isGatewayError,
  type OrderDetailsFragment,
  OrderDocument,
  type OrderSummaryFragment,
  OrdersDocument,
  type OrderUpdate,
  ViewerDocument,
} from '@order-saga/client';
import {
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { gateway, queries } from '../gateway.ts';

const PER_PAGE = 20;
const LIVE_MS = 2_000;

/** Whoever may see every order is shown only their own here: this is a shop, and not the console. */
async function ownOrders(after: string | null, signal: AbortSignal) {
  const viewer = await queries.ensureQueryData(viewerQuery);
  const variables = { first: PER_PAGE, after, filter: { customerId: viewer.customerId } };
  return (await gateway.ask(OrdersDocument, variables, { signal })).data.orders;
}

const viewerQuery = {
  queryKey: ['viewer'],
  queryFn: async () => (await gateway.ask(ViewerDocument, {})).data.viewer,
  staleTime: Number.POSITIVE_INFINITY,
};

export const useOrders = (): UseInfiniteQueryResult<readonly OrderSummaryFragment[]> =>
  useInfiniteQuery({
    queryKey: ['orders'],
    queryFn: ({ pageParam, signal }) => ownOrders(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    select: ({ pages }) => pages.flatMap(({ edges }) => edges.map(({ node }) => node)),
    refetchInterval: LIVE_MS,
  });

export const useOrder = (id: string): UseQueryResult<OrderDetailsFragment | null> =>
  useQuery({
    queryKey: ['order', id],
    queryFn: async ({ signal }) => (await gateway.ask(OrderDocument, { id }, { signal })).data.order,
  });

export interface Course {
  readonly updates: readonly OrderUpdate[];
  /** It cannot be followed, and why. */
  readonly error: Error | null;
}

/** The whole course of an order, live. What depends on it, the order and the stock, is asked for again as it moves. */
export function useCourse(orderId: string): Course {
  const [course, setCourse] = useState<Course>({ updates: [], error: null });
  useEffect(() => {
    const left = new AbortController();
    setCourse({ updates: [], error: null });
    const follow = async () => {
      const options = { afterVersion: 0, signal: left.signal };
      for await (const update of followOrder(gateway, orderId, options)) {
        setCourse(({ updates }) => ({ updates: [...updates, update], error: null }));
        void queries.invalidateQueries({ queryKey: ['order', orderId] });
        void queries.invalidateQueries({ queryKey: ['products'] });
      }
    };
    follow().catch((error: unknown) => {
      if (left.signal.aborted) return;
      setCourse(({ updates }) => ({
        updates,
        error: isGatewayError(error) ? error : new Error(String(error)),
      }));
    });
    return () => left.abort(new Error('nobody looks any more'));
  }, [orderId]);
  return course;
}
