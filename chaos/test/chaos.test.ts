import { describeWithKafka } from '@order-saga/testkit';
import pg from 'pg';
import { expect, test } from 'vitest';
import { allFaults } from '../src/faults/index.ts';
import { buildReport } from '../src/report/report.ts';
import { examine } from '../src/run/examine.ts';
import { type OwnSystem, startOwnSystem } from '../src/run/own-system.ts';
import { runChaos } from '../src/run/run-chaos.ts';

/** One of each sort that is quickly over; the long run is `npm run chaos`. */
const KINDS = [
  'kill -9 payment',
  'pg_terminate_backend',
  'Kafka connections cut',
  'messages duplicated',
  'poison messages',
];

const quiet = () => undefined;
const never = new AbortController().signal;

async function inOwnSystem(work: (own: OwnSystem) => Promise<void>): Promise<void> {
  const own = await startOwnSystem({ withDisk: false, say: quiet, signal: never });
  try {
    await work(own);
  } finally {
    await own.stop({ keepData: false });
  }
}

describeWithKafka('a run of a few faults', () => {
  test('violates nothing, and a violation that is planted in its rows is reported with the order', () =>
    inOwnSystem(async (own) => {
      const evidence = await runChaos(own, {
        seed: 1,
        perSecond: 40,
        warmUpMs: 2_000,
        calmMs: 2_000,
        faultsMs: 8_000,
        faults: allFaults().filter(({ name }) => KINDS.includes(name)),
        notInjected: [],
        longestPauseMs: 500,
        say: quiet,
        signal: never,
      });
      const report = buildReport(evidence);
      expect(report.violations).toEqual([]);
      expect(report.faultCount).toBeGreaterThan(0);
      expect(report.orders.acknowledged).toBeGreaterThan(300);
      expect(report.orders.sagasEnded).toBe(report.orders.acknowledged);
      expect(evidence.told.length).toBeGreaterThan(100);
      for (const result of report.invariants) expect(result).toMatchObject({ verdict: 'holds' });

      const { databases, brokers } = own.system;
      const { orders, told } = evidence;
      const orderId = await disown(
        databases.payments,
        orders.filter(({ ends }) => ends === 'approved'),
      );
      const findings = await examine({ databases, brokers, orders, told, restWithinMs: 60_000 });
      const { violations } = buildReport({ ...evidence, findings });
      expect(violations.join('\n')).toMatch(new RegExp(`invariant 5: order ${orderId} .* is approved, and`));
    }));
});

/** Takes the money of an approved order back, as nothing in the system would. */
async function disown(url: string, orders: readonly { orderId: string | null }[]): Promise<string> {
  const orderId = orders.find((order) => order.orderId !== null)?.orderId as string;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "update payments set status = 'refunded', refunded_minor = captured_minor where order_id = $1",
      [orderId],
    );
    expect(rowCount).toBe(1);
  } finally {
    await client.end();
  }
  return orderId;
}
