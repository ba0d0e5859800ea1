import type { Observer } from '@order-saga/messaging';
import type { Metrics } from './metrics.ts';

/** The counts of a pipeline as metrics: how large its turns are, what they waited for, what was left to the sweeper. */
export function pipelineMetrics(metrics: Metrics): Observer {
  const turnMessages = metrics.histogram('turn_messages', 'Messages decided and committed in one turn', {
    buckets: [0, 1, 2, 5, 10, 25, 50, 100, 250, 500],
  });
  const turnSeconds = metrics.histogram('turn_seconds', 'From the start of a turn to its commit', {
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  });
  const reruns = metrics.counter(
    'turn_reruns_total',
    'Turns that did not commit, by SQLSTATE or error code',
    ['cause'],
  );
  const parked = metrics.counter('dead_letters_total', 'Messages parked as dead letters, by cause', [
    'cause',
  ]);
  const published = metrics.counter('published_total', 'Messages that the broker acknowledged');
  const publishSeconds = metrics.histogram('publish_seconds', 'From the commit to the acknowledgement', {
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  });
  const swept = metrics.counter('swept_total', 'Messages that the sweeper found unpublished in the outbox');
  return {
    turn({ messages, ms }) {
      turnMessages.observe(messages);
      turnSeconds.observe(ms / 1_000);
    },
    rerun: (cause) => reruns.inc({ cause }),
    parked: (cause) => parked.inc({ cause }),
    published({ messages, ms }) {
      published.inc(messages);
      publishSeconds.observe(ms / 1_000);
    },
    swept: (messages) => swept.inc(messages),
  };
}
