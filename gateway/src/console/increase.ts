import { type MetricSample, metricKey } from './exposition.ts';

/** Processes come and go; those that have not been read for long are forgotten. */
const MAX_SOURCES = 100;

/**
 * By how much counters grew since they were last read, per source: a process that started again counts from zero, and
 * its whole count is the increase.
 */
export class Increases {
  readonly #before = new Map<string, ReadonlyMap<string, number>>();

  /** Empty for a source that is read for the first time: what it counted before is nobody's increase. */
  of(source: string, samples: readonly MetricSample[]): MetricSample[] {
    const before = this.#before.get(source);
    // The one that was read last stands last.
    this.#before.delete(source);
    this.#before.set(source, new Map(samples.map((sample) => [metricKey(sample), sample.value])));
    if (this.#before.size > MAX_SOURCES) this.#before.delete(this.#before.keys().next().value ?? '');
    if (before === undefined) return [];
    return samples.map((sample) => {
      const known = before.get(metricKey(sample)) ?? 0;
      return { ...sample, value: sample.value >= known ? sample.value - known : sample.value };
    });
  }
}

export interface Bucket {
  /** Upper bound; infinity for the last. */
  readonly le: number;
  /** Observations up to it, those of lower buckets included. */
  readonly count: number;
}

/** As Prometheus reckons it: observations lie evenly within their bucket; of the last only its lower bound is known. */
export function quantile(share: number, buckets: readonly Bucket[]): number {
  const sorted = buckets.toSorted((one, other) => one.le - other.le);
  const all = sorted.at(-1)?.count ?? 0;
  const rank = share * all;
  const index = sorted.findIndex(({ count }) => count >= rank);
  const bucket = sorted[index];
  if (bucket === undefined || all === 0) return 0;
  const below = sorted[index - 1] ?? { le: 0, count: 0 };
  if (bucket.le === Number.POSITIVE_INFINITY) return below.le;
  const within = bucket.count === below.count ? 1 : (rank - below.count) / (bucket.count - below.count);
  return below.le + (bucket.le - below.le) * within;
}
