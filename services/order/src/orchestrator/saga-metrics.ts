import type { Log, Metrics } from '@order-saga/service-kit';
import type { Observation } from './rows.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/** Observations of committed turns as metrics and log lines. A declined card is no error. */
export function sagaObserver(metrics: Metrics, log: Log): (observation: Observation) => void {
  const ended = metrics.counter('sagas_ended_total', 'Sagas that ended, by status', ['status']);
  const steps = metrics.histogram('step_seconds', 'From command to accepted reply, by step and outcome', {
    buckets: SECONDS,
    labels: ['step', 'outcome'],
  });
  const ignored = metrics.counter('ignored_messages_total', 'Messages that changed nothing, by cause', [
    'cause',
  ]);
  const attention = metrics.counter('attention_raised_total', 'Sagas that asked for attention');
  return (observation) => {
    switch (observation.kind) {
      case 'ended':
        ended.inc({ status: observation.status });
        break;
      case 'step-answered':
        steps.observe({ step: observation.step, outcome: observation.outcome }, observation.ms / 1_000);
        break;
      case 'ignored':
        ignored.inc({ cause: observation.cause });
        log.debug({ sagaId: observation.sagaId, cause: observation.cause }, 'ignored');
        break;
      case 'attention':
        attention.inc();
        log.warn({ sagaId: observation.sagaId, reason: observation.reason }, 'a saga needs attention');
        break;
      default:
        observation satisfies never;
    }
  };
}
