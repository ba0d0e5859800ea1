import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Every name begins with this. */
export const METRICS_PREFIX = 'order_saga_';

/** Prometheus metrics of one service. The registry is its own, so that several services fit into one process. */
export interface Metrics {
  readonly registry: Registry;
  /** `counter('sagas_ended_total', 'Sagas that ended, by outcome', ['outcome'])` is `order_saga_sagas_ended_total`. */
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** `collect` runs when metrics are read, and only then. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    options?: { labels?: readonly L[]; collect?: (gauge: Gauge<L>) => void | Promise<void> },
  ): Gauge<L>;
  histogram<L extends string = never>(
    name: string,
    help: string,
    options: { buckets: readonly number[]; labels?: readonly L[] },
  ): Histogram<L>;
}

export interface MetricsOptions {
  /** Stands in the label `service` of each metric. */
  readonly service: string;
  /** Memory, CPU, event loop, garbage collection; default true. */
  readonly withProcess?: boolean;
}

/** The event loop's delay is sampled ten times a second: enough to see a stall, nothing to pay when idle. */
const EVENT_LOOP_SAMPLE_MS = 100;

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.withProcess ?? true) {
    collectDefaultMetrics({
      register: registry,
      prefix: METRICS_PREFIX,
      eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS,
    });
  }
  const common = (name: string, help: string) => ({
    name: `${METRICS_PREFIX}${name}`,
    help,
    registers: [registry],
  });
  return {
    registry,
    counter: (name, help, labels = []) => new Counter({ ...common(name, help), labelNames: labels }),
    gauge: (name, help, { labels = [], collect } = {}) =>
      new Gauge({
        ...common(name, help),
        labelNames: labels,
        ...(collect === undefined
          ? {}
          : {
              collect() {
                return collect(this);
              },
            }),
      }),
    histogram: (name, help, { buckets, labels = [] }) =>
      new Histogram({ ...common(name, help), buckets: [...buckets], labelNames: labels }),
  };
}
