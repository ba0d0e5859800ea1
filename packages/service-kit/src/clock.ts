/** Time, as an input: code that takes a `Clock` runs under virtual time as well. */
export interface Clock {
  /** Milliseconds since 1970, for what people read. It may jump; deadlines of sagas use the database's clock. */
  now(): number;
  /** Milliseconds, never backwards, for measuring. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
