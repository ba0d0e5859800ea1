import { expect, test } from 'vitest';
import { readExposition } from '../src/console/exposition.ts';
import { Increases, quantile } from '../src/console/increase.ts';
import { type Reading, sampleOf } from '../src/console/take-sample.ts';

const ended = (status: string, count: number) =>
  `order_saga_sagas_ended_total{status="${status}",service="order"} ${count}`;
const step = (le: string, count: number, outcome = 'Success') =>
  `order_saga_step_seconds_bucket{le="${le}",service="order",step="ProcessPayment",outcome="${outcome}"} ${count}`;
const reading = (metrics: string | null, more: Partial<Reading> = {}): Reading => ({
  service: 'order',
  source: 'http://one',
  metrics,
  outboxAgeMs: 0,
  ...more,
});

test('an exposition is read by name, with labels; comments and other metrics are passed over', () => {
  const text = ['# HELP a text', 'a{x="1",y="two words"} 3', 'a 1e3', 'b 2', 'a_total 9'].join('\n');
  expect(readExposition(text, new Set(['a']))).toEqual([
    { name: 'a', labels: { x: '1', y: 'two words' }, value: 3 },
    { name: 'a', labels: {}, value: 1_000 },
  ]);
});

test('throughput is what counters grew by, per second, over all replicas', () => {
  const increases = new Increases();
  const read = (one: number, two: number) => [
    reading(ended('Completed', one)),
    reading(ended('Completed', two), { source: 'http://two' }),
  ];
  sampleOf(read(100, 50), increases, 0, 1);
  expect(sampleOf(read(110, 54), increases, 3_000, 2_000).ended.Completed).toBe(7);
});

test('a process that started again counts from zero', () => {
  const increases = new Increases();
  sampleOf([reading(ended('Compensated', 500))], increases, 0, 1);
  const sample = sampleOf([reading(ended('Compensated', 3))], increases, 1_000, 1_000);
  expect(sample.ended.Compensated).toBe(3);
});

test('two processes behind one name are told apart by when they began', () => {
  const increases = new Increases();
  const of = (startedAt: number, count: number) => [
    reading(
      `order_saga_process_start_time_seconds{service="order"} ${startedAt}\n${ended('Completed', count)}`,
    ),
  ];
  const completed = (startedAt: number, count: number) =>
    sampleOf(of(startedAt, count), increases, 1_000, 1_000).ended.Completed;
  expect([completed(1, 900), completed(2, 10), completed(1, 901), completed(2, 12)]).toEqual([0, 0, 1, 2]);
});

test('a process that was away for a while is not counted as a burst of what it did before', () => {
  const increases = new Increases();
  sampleOf([reading(ended('Completed', 1))], increases, 0, 1);
  expect(sampleOf([reading(null)], increases, 1_000, 1_000).ended.Completed).toBe(0);
  expect(sampleOf([reading(ended('Completed', 2))], increases, 2_000, 1_000).ended.Completed).toBe(1);
});

test('latency is that of the answers since the last look, over all outcomes', () => {
  const increases = new Increases();
  const at = (fast: number, slow: number) =>
    [step('0.01', fast), step('0.1', slow), step('+Inf', slow), step('0.1', 0, 'Failed')].join('\n');
  sampleOf([reading(at(1_000, 1_000))], increases, 0, 1);
  const { steps } = sampleOf([reading(at(1_090, 1_100))], increases, 1_000, 1_000);
  expect(steps.ProcessPayment?.count).toBe(100);
  expect(steps.ProcessPayment?.p50).toBeCloseTo(5.56, 1);
  expect(steps.ProcessPayment?.p99).toBeCloseTo(91, 0);
  expect(sampleOf([reading(at(1_090, 1_100))], increases, 2_000, 1_000).steps).toEqual({});
});

test('lag is the worst of the replicas; of a service that does not answer there is none', () => {
  const lag = (seconds: number) => `order_saga_delivery_lag_seconds{service="order"} ${seconds}`;
  const sample = sampleOf(
    [
      reading(lag(0.2), { outboxAgeMs: 40 }),
      reading(lag(1.5), { source: 'http://two', outboxAgeMs: 900 }),
      reading(null, { service: 'payment', outboxAgeMs: null }),
    ],
    new Increases(),
    0,
    1,
  );
  expect(sample.deliveryLagMs).toEqual({ order: 1_500, payment: null, inventory: null });
  expect(sample.outboxAgeMs).toEqual({ order: 900, payment: null, inventory: null });
});

test('a quantile lies within its bucket, as far in as its share is', () => {
  const buckets = [
    { le: 0.1, count: 0 },
    { le: 0.2, count: 10 },
    { le: 0.4, count: 20 },
  ];
  expect(quantile(0.25, buckets)).toBeCloseTo(0.15, 5);
  expect(quantile(1, buckets)).toBeCloseTo(0.4, 5);
  expect(quantile(0.5, [])).toBe(0);
});

test('beyond the last bound only that bound is known', () => {
  expect(
    quantile(0.99, [
      { le: 1, count: 0 },
      { le: Number.POSITIVE_INFINITY, count: 5 },
    ]),
  ).toBe(1);
});
