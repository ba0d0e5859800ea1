import type { SagaStatus, SagaView } from '@order-saga/contracts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, LIVE_MS } from '../api.ts';

export interface Asked {
  readonly status?: SagaStatus[] | undefined;
  readonly needsAttention?: boolean | undefined;
  readonly customerId?: string | undefined;
}

export interface SagaRows {
  /** In the order in which they were found, as they are now. */
  readonly rows: readonly SagaView[] | undefined;
  /** How many there are above the first one by now. */
  readonly newer: number;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  more(): void;
  /** Finds them anew, the newer ones first. */
  renew(): void;
}

const PER_PAGE = 25;
const MOST_NEWER = 25;
const IDS_PER_CALL = 100;

/**
 * Rows that do not jump: what was found stays where it is and changes in place; what is new is counted, and shown when
 * somebody asks for it.
 */
export function useSagaRows(asked: Asked): SagaRows {
  const found = useInfiniteQuery({
    queryKey: ['sagas', 'found', asked],
    queryFn: ({ pageParam, signal }) =>
      api.sagas.list.query({ ...asked, limit: PER_PAGE, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    // One that could not be found at all is looked for again.
    refetchInterval: ({ state }) => (state.data === undefined ? LIVE_MS : false),
  });
  const sagas = found.data?.pages.flatMap(({ items }) => items);
  const ids = sagas?.map(({ id }) => id) ?? [];

  const now = useQuery({
    queryKey: ['sagas', 'now', ids],
    queryFn: async ({ signal }) => {
      const pages = Array.from({ length: Math.ceil(ids.length / IDS_PER_CALL) }, (_, page) =>
        api.sagas.byIds.query({ ids: ids.slice(page * IDS_PER_CALL, (page + 1) * IDS_PER_CALL) }, { signal }),
      );
      return new Map((await Promise.all(pages)).flat().flatMap((saga) => (saga ? [[saga.id, saga]] : [])));
    },
    enabled: ids.length > 0,
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
  const head = useQuery({
    queryKey: ['sagas', 'head', asked],
    queryFn: ({ signal }) => api.sagas.list.query({ ...asked, limit: MOST_NEWER }, { signal }),
    enabled: found.data !== undefined,
    refetchInterval: LIVE_MS,
  });

  return {
    rows: sagas?.map((saga) => now.data?.get(saga.id) ?? saga),
    newer: newerThan(ids[0], head.data?.items.map(({ id }) => id) ?? []),
    error: found.error,
    hasMore: found.hasNextPage,
    isLoadingMore: found.isFetchingNextPage,
    more: () => void found.fetchNextPage(),
    renew: () => void found.refetch(),
  };
}

/** Ids begin with their time: those that stand above the first one in the same order are newer. */
export function newerThan(first: string | undefined, head: readonly string[]): number {
  return first === undefined ? head.length : head.filter((id) => id > first).length;
}
