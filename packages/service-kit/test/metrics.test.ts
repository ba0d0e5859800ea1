import { expect, test } from 'vitest';
import { createMetrics } from '../src/metrics.ts';

test('two services in one process keep their metrics apart', async () => {
  const [order, payment] = ['order', 'payment'].map((service) =>
    createMetrics({ service, withProcess: false }),
  );
  const ended = order?.counter('sagas_ended_total', 'Sagas that ended, by outcome', ['outcome']);
  payment
    ?.counter('sagas_ended_total', 'Sagas that ended, by outcome', ['outcome'])
    .inc({ outcome: 'failed' });
  ended?.inc({ outcome: 'completed' }, 2);
  expect(await order?.registry.metrics()).toContain(
    'order_saga_sagas_ended_total{outcome="completed",service="order"} 2',
  );
  expect(await order?.registry.metrics()).not.toContain('payment');
});

test('a gauge may be read at the moment it is asked for', async () => {
  const metrics = createMetrics({ service: 'order', withProcess: false });
  let reads = 0;
  metrics.gauge('outbox_rows', 'Rows not yet published', {
    collect: (gauge) => {
      reads += 1;
      gauge.set(7);
    },
  });
  expect(reads).toBe(0);
  expect(await metrics.registry.metrics()).toContain('order_saga_outbox_rows{service="order"} 7');
});

test('a histogram counts into its buckets', async () => {
  const metrics = createMetrics({ service: 'order', withProcess: false });
  metrics
    .histogram('batch_size', 'Messages per turn', { buckets: [1, 10, 100], labels: ['lane'] })
    .observe({ lane: '0' }, 5);
  expect(await metrics.registry.metrics()).toContain(
    'order_saga_batch_size_bucket{le="10",service="order",lane="0"} 1',
  );
});
