import type { Metrics } from '@order-saga/service-kit';
import type { Undos } from './compensate-payment/undos.ts';
import type { PaymentAnswer, PaymentMessage } from './messages.ts';
import type { Charges } from './process-payment/charges.ts';
import type { CallObserver } from './provider/provider-calls.ts';

export interface PaymentMetrics extends CallObserver {
  committed(message: PaymentMessage, answer: PaymentAnswer): void;
}

export function paymentMetrics(
  metrics: Metrics,
  work: { readonly charges: () => Charges; readonly undos: () => Undos },
): PaymentMetrics {
  const messages = metrics.counter(
    'payment_messages_total',
    'Commands, provider answers and undos that committed, by what came of them',
    ['message', 'outcome'],
  );
  const calls = metrics.counter('provider_calls_total', 'Calls to the payment provider', ['call', 'result']);
  const seconds = metrics.histogram('provider_call_seconds', 'How long the payment provider took', {
    labels: ['call'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  metrics.gauge('provider_charges_running', 'Charges that the provider is asked for now', {
    collect: (gauge) => gauge.set(work.charges().running),
  });
  metrics.gauge('provider_charges_in_line', 'Charges that wait for a slot in this process', {
    collect: (gauge) => gauge.set(work.charges().inLine),
  });
  metrics.gauge('provider_undos_running', 'Undos whose void is not answered and committed yet', {
    collect: (gauge) => gauge.set(work.undos().running),
  });
  return {
    committed: (message, answer) =>
      messages.inc({
        message: message.kind,
        outcome: answer.kind === 'done' ? answer.outcome : `${answer.kind}-begun`,
      }),
    called({ call, result, ms }) {
      calls.inc({ call, result });
      seconds.observe({ call }, ms / 1_000);
    },
  };
}
