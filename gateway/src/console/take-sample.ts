import { CONSOLE_SERVICES, type ConsoleService, type Sample } from '@order-saga/contracts';
import { type MetricSample, readExposition } from './exposition.ts';
import { type Bucket, type Increases, quantile } from './increase.ts';

const ENDED = 'order_saga_sagas_ended_total';
const STEPS = 'order_saga_step_seconds_bucket';
const LAG = 'order_saga_delivery_lag_seconds';
const DEAD_LETTERS = 'order_saga_dead_letters_total';

/** Tells processes apart that answer under one address in turn. */
const STARTED_AT = 'order_saga_process_start_time_seconds';

const COUNTERS: ReadonlySet<string> = new Set([ENDED, STEPS, DEAD_LETTERS]);
const GAUGES: ReadonlySet<string> = new Set([LAG]);
const IDENTITY: ReadonlySet<string> = new Set([STARTED_AT]);

/** What was read of one process at one time; `metrics` is null when it did not answer. */
export interface Reading {
  readonly service: ConsoleService;
  /** The address that it was read at. */
  readonly source: string;
  readonly metrics: string | null;
  /** null without an answer, 0 for an empty outbox. */
  readonly outboxAgeMs: number | null;
}

/** One point of the charts: what the processes of each service did together since they were last read. */
export function sampleOf(
  readings: readonly Reading[],
  increases: Increases,
  at: number,
  sinceMs: number,
): Sample {
  const answered = readings.filter(({ metrics }) => metrics !== null);
  const grown = answered.flatMap((reading) =>
    increases
      .of(processOf(reading), readExposition(reading.metrics ?? '', COUNTERS))
      .map((sample) => ({ ...sample, service: reading.service })),
  );
  const perSecond = (samples: readonly MetricSample[]) => (sum(samples) * 1_000) / sinceMs;
  const endedAs = (status: string) =>
    perSecond(grown.filter(({ name, labels }) => name === ENDED && labels.status === status));
  return {
    at,
    ended: {
      Completed: endedAs('Completed'),
      Compensated: endedAs('Compensated'),
      Failed: endedAs('Failed'),
    },
    steps: stepsOf(grown.filter(({ name }) => name === STEPS)),
    deliveryLagMs: perService((service) => {
      const lags = answered
        .filter((reading) => reading.service === service)
        .flatMap(({ metrics }) => readExposition(metrics ?? '', GAUGES))
        .map(({ value }) => value * 1_000);
      return lags.length === 0 ? null : Math.max(...lags);
    }),
    outboxAgeMs: perService((service) => {
      const ages = readings.flatMap((reading) =>
        reading.service === service && reading.outboxAgeMs !== null ? [reading.outboxAgeMs] : [],
      );
      return ages.length === 0 ? null : Math.max(...ages);
    }),
    deadLetters: perService((service) =>
      perSecond(grown.filter((sample) => sample.name === DEAD_LETTERS && sample.service === service)),
    ),
  };
}

const processOf = ({ source, metrics }: Reading): string =>
  `${source} ${readExposition(metrics ?? '', IDENTITY)[0]?.value ?? ''}`;

function stepsOf(samples: readonly MetricSample[]): Sample['steps'] {
  const steps: Sample['steps'] = {};
  const byStep = Map.groupBy(samples, ({ labels }) => labels.step ?? '');
  for (const [step, ofStep] of byStep) {
    const buckets = [...Map.groupBy(ofStep, ({ labels }) => labels.le ?? '')].map(
      ([le, ofBucket]): Bucket => ({
        le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
        count: sum(ofBucket),
      }),
    );
    const count = Math.max(0, ...buckets.map((bucket) => bucket.count));
    if (count > 0) {
      steps[step] = { count, p50: quantile(0.5, buckets) * 1_000, p99: quantile(0.99, buckets) * 1_000 };
    }
  }
  return steps;
}

const sum = (samples: readonly MetricSample[]): number =>
  samples.reduce((total, { value }) => total + value, 0);

const perService = <Value>(of: (service: ConsoleService) => Value): Record<ConsoleService, Value> =>
  Object.fromEntries(CONSOLE_SERVICES.map((service) => [service, of(service)])) as Record<
    ConsoleService,
    Value
  >;
