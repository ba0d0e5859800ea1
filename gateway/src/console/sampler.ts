import type { Sample } from '@order-saga/contracts';
import { Increases } from './increase.ts';
import { type Reading, sampleOf } from './take-sample.ts';

export interface SamplerOptions {
  /** Never rejects: a process that does not answer is a reading, too. */
  read(): Promise<readonly Reading[]>;
  readonly everyMs: number;
  readonly clock: { now(): number; monotonic(): number };
}

/** Twenty minutes at three seconds each. */
const KEPT = 400;

/**
 * Reads the services' metrics every few seconds and keeps the last twenty minutes, so that a console that is opened has
 * something to show. It lives as long as the gateway: for more there is Prometheus.
 */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #increases = new Increases();
  readonly #samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #readAt: number | undefined;
  #isStopped = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  get everyMs(): number {
    return this.#options.everyMs;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.take().finally(() => this.start()), this.#options.everyMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  after(at: number): readonly Sample[] {
    return this.#samples.filter((sample) => sample.at > at);
  }

  async take(): Promise<void> {
    const { read, clock } = this.#options;
    const readings = await read();
    const readAt = clock.monotonic();
    const before = this.#readAt;
    this.#readAt = readAt;
    const sample = sampleOf(readings, this.#increases, clock.now(), readAt - (before ?? readAt - 1));
    // The first one has nothing to compare with.
    if (before === undefined) return;
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) this.#samples.shift();
  }
}
