import type { Sample } from '@order-saga/contracts';
import { useQuery } from '@tanstack/react-query';
import { api, queries } from '../api.ts';

export interface Samples {
  readonly samples: readonly Sample[];
  /** null before the first answer. */
  readonly everyMs: number | null;
  readonly error: Error | null;
}

interface Kept {
  readonly everyMs: number;
  readonly samples: readonly Sample[];
}

const KEY = ['charts'];
const MOST = 400;
const EVERY_MS = 3_000;

/** Asks only for what is new; a gateway that began anew has less, and the older points are still true. */
export function useSamples(): Samples {
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }): Promise<Kept> => {
      const known = queries.getQueryData<Kept>(KEY)?.samples ?? [];
      const { everyMs, samples } = await api.charts.query({ after: known.at(-1)?.at ?? 0 }, { signal });
      return { everyMs, samples: [...known, ...samples].slice(-MOST) };
    },
    refetchInterval: EVERY_MS,
    structuralSharing: false,
  });
  return { samples: data?.samples ?? [], everyMs: data?.everyMs ?? null, error };
}
