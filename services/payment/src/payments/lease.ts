/**
 * A lease is also the backoff: it says when the provider is called next should this call come to nothing (rule P3).
 * Each one taken for the same payment is twice as long as the one before.
 */
export interface LeaseTerms {
  /** Who holds it: this instance in this life of it. */
  readonly by: string;
  readonly firstMs: number;
  readonly longestMs: number;
}

/** An instance's name has no `#`; its part tells a former life's leases, which nobody works on, from another replica's. */
export const leaseHolder = (instance: string, life: string): string => `${instance}#${life}`;

export const leaseMs = (terms: LeaseTerms, attemptsBefore: number): number =>
  Math.min(terms.firstMs * 2 ** Math.min(attemptsBefore, 20), terms.longestMs);
