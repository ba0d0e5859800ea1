import type { Observer, Runtime } from '@order-saga/messaging';
import { Deliveries } from '@order-saga/messaging/transport';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Metrics } from './metrics.ts';

/** What a pipeline takes from a real process: its clock, its ids and its timers. */
export function systemRuntime(clock: Clock, ids: Ids): Runtime {
  return {
    monotonicMs: clock.monotonic,
    uuid: ids.uuid,
    random: ids.random,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    soon: (run) => void setImmediate(run),
  };
}

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A pipeline's counts as metrics. */
export function pipelineObserver(metrics: Metrics): Observer {
  const batches = metrics.histogram('batch_messages', 'Messages per committed turn', {
    buckets: BATCH_SIZES,
  });
  const turns = metrics.histogram('turn_seconds', 'From LOAD to COMMIT of a turn', { buckets: SECONDS });
  const reruns = metrics.counter('turn_reruns_total', 'Turns that failed and ran again, by SQLSTATE', [
    'cause',
  ]);
  const parked = metrics.counter('dead_letters_total', 'Messages parked, by cause', ['cause']);
  const forged = metrics.counter(
    'forged_messages_total',
    'Messages that none of our keys has signed, kept as dead letters or not, by cause',
    ['cause'],
  );
  const published = metrics.counter('published_messages_total', 'Messages the broker acknowledged');
  const publishing = metrics.histogram('publish_seconds', 'From commit to acknowledgement', {
    buckets: SECONDS,
  });
  const swept = metrics.counter('swept_messages_total', 'Messages published again by the sweeper');
  const purged = metrics.counter('purged_rows_total', 'What retention took away', ['what']);
  return {
    turn({ messages, ms }) {
      if (messages === 0) return;
      batches.observe(messages);
      turns.observe(ms / 1_000);
    },
    rerun: (cause) => reruns.inc({ cause }),
    parked: (cause) => parked.inc({ cause }),
    forged: (cause) => forged.inc({ cause }),
    published({ messages, ms }) {
      published.inc(messages);
      publishing.observe(ms / 1_000);
    },
    purged: (what, rows) => purged.inc({ what }, rows),
    swept: (messages) => swept.inc(messages),
  };
}

/** How long messages are on their way, with the longest as a metric. */
export function watchedDeliveries(metrics: Metrics, clock: Pick<Clock, 'now'>): Deliveries {
  const deliveries = new Deliveries(clock.now);
  metrics.gauge('delivery_lag_seconds', 'From publishing to taking: the longest of the last seconds', {
    collect: (gauge) => gauge.set(deliveries.lagMs / 1_000),
  });
  return deliveries;
}
