import type { ConsoleService, Sample } from '@order-saga/contracts';
import { Card } from '../../design/card.tsx';
import { durationInWords } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { HealthStrip } from '../health/health-strip.tsx';
import { Chart, type Series } from './chart.tsx';
import styles from './live-page.module.css';
import { useSamples } from './use-samples.ts';

const STEPS: readonly { readonly step: string; readonly look: Series['look'] }[] = [
  { step: 'ProcessPayment', look: 'series-1' },
  { step: 'ReserveInventory', look: 'series-2' },
  { step: 'ConfirmInventory', look: 'series-3' },
];
const SERVICES: readonly { readonly service: ConsoleService; readonly look: Series['look'] }[] = [
  { service: 'order', look: 'series-1' },
  { service: 'payment', look: 'series-2' },
  { service: 'inventory', look: 'series-3' },
];

/** The last minutes: how much is done, how it ends, how long it takes, and what lags behind. */
export function LivePage() {
  const { samples, everyMs, error } = useSamples();
  return (
    <>
      <HealthStrip />
      <h1>Live</h1>
      {error !== null && samples.length === 0 ? (
        <Problem title="The charts cannot be shown just now.">
          <p>{error.message} They are asked for again by themselves.</p>
        </Problem>
      ) : everyMs === null ? (
        <Skeleton lines={6} label="Loading the charts" />
      ) : samples.length < 2 ? (
        <Card isPadded={false} className={styles.empty ?? ''}>
          <Empty icon="clock" title="The first points come in a moment">
            <p>The gateway has just begun to look.</p>
          </Empty>
        </Card>
      ) : (
        <Charts samples={samples} />
      )}
    </>
  );
}

function Charts({ samples }: { samples: readonly Sample[] }) {
  const [first, last] = [samples[0] as Sample, samples.at(-1) as Sample];
  const over = { from: first.at, to: last.at };
  const line = (
    name: string,
    look: Series['look'],
    of: (sample: Sample) => number | null | undefined,
  ): Series => ({
    name,
    look,
    points: samples.map((sample) => ({ at: sample.at, value: of(sample) ?? null })),
  });
  return (
    <div className={styles.charts}>
      <Chart
        {...over}
        title="Sagas that ended"
        about="Per second, by how they ended"
        unit={rate}
        series={[
          line('completed', 'done', ({ ended }) => ended.Completed),
          line('undone', 'undone', ({ ended }) => ended.Compensated),
          line('given up', 'failed', ({ ended }) => ended.Failed),
        ]}
      />
      <Chart
        {...over}
        title="Steps, usually"
        about="From command to accepted reply: half are faster"
        unit={durationInWords}
        series={STEPS.map(({ step, look }) => line(step, look, ({ steps }) => steps[step]?.p50))}
      />
      <Chart
        {...over}
        title="Steps, at worst"
        about="From command to accepted reply: 99 of 100 are faster"
        unit={durationInWords}
        series={STEPS.map(({ step, look }) => line(step, look, ({ steps }) => steps[step]?.p99))}
      />
      <Chart
        {...over}
        title="Lag behind the broker"
        about="The longest way of a message from publishing to taking"
        unit={durationInWords}
        series={SERVICES.map(({ service, look }) =>
          line(service, look, (sample) => sample.deliveryLagMs[service]),
        )}
      />
      <Chart
        {...over}
        title="Lag before the broker"
        about="Age of the oldest message in an outbox"
        unit={durationInWords}
        series={SERVICES.map(({ service, look }) =>
          line(service, look, (sample) => sample.outboxAgeMs[service]),
        )}
      />
      <Chart
        {...over}
        title="Dead letters"
        about="Messages parked, per second"
        unit={rate}
        series={SERVICES.map(({ service, look }) =>
          line(service, look, (sample) => sample.deadLetters[service]),
        )}
      />
    </div>
  );
}

const rate = (perSecond: number): string =>
  `${perSecond < 10 ? Number(perSecond.toFixed(1)) : Math.round(perSecond).toLocaleString('en')} /s`;
