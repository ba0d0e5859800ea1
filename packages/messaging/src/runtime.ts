import type { ForgeryCause } from './signatures/message-signatures.ts';

/** What the pipeline takes from its surroundings. Injected, so that everything can run under one seed with virtual time. */
export interface Runtime {
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonicMs(): number;
  /** A random UUID; drawn when a message enters the queue and never while it is decided (rule L6). */
  uuid(): string;
  /** In [0, 1). */
  random(): number;
  after(ms: number, run: () => void): Cancel;
  /** Once this tick's events have been handled: what arrived together is then taken together. */
  soon(run: () => void): void;
}

export type Cancel = () => void;

/** Resolves with the work or after the bound, whichever comes first; work that goes on is nobody's any more. */
export async function atMost(runtime: Runtime, boundMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = runtime.after(boundMs, resolve);
  await Promise.race([work, promise]).finally(cancel);
}

/** What the pipeline says to its operators. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What the pipeline counts; the composition root maps it to metrics. */
export interface Observer {
  turn(facts: { readonly messages: number; readonly ms: number }): void;
  rerun(cause: string): void;
  /** A dead letter is stored. */
  parked(cause: string): void;
  /** A message that none of our keys has signed, kept as a dead letter or not. */
  forged(cause: ForgeryCause): void;
  published(facts: { readonly messages: number; readonly ms: number }): void;
  swept(messages: number): void;
  /** Retention took so many away. */
  purged(what: 'replies' | 'dead letters', rows: number): void;
}

export const silentObserver: Observer = {
  turn() {},
  rerun() {},
  parked() {},
  forged() {},
  published() {},
  swept() {},
  purged() {},
};
