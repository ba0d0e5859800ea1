import type { InvariantReport } from '@order-saga/cli';
import { describe, expect, test } from 'vitest';
import type { ClientOrder } from '../src/load/ledger.ts';
import { formatReport } from '../src/report/format.ts';
import { buildReport, type Evidence } from '../src/report/report.ts';
import type { Findings } from '../src/run/examine.ts';
import type { InjectedFault } from '../src/run/inject-faults.ts';

const HOLDS: InvariantReport = {
  holds: true,
  mode: 'at-rest',
  results: [
    {
      number: 1,
      title: 'Every acknowledged order has a saga',
      verdict: 'holds',
      says: '',
      figures: {},
      violations: [],
      violationCount: 0,
      checkedRows: 10,
    },
  ],
  liabilities: [],
  tookMs: 1,
};

const AT_REST: Findings = {
  invariants: HOLDS,
  underWay: { sagas: 0, payments: 0, messages: 0 },
  lost: [],
  endedOtherwise: [],
  parked: [],
  poisonParked: 3,
};

const order = (dueAt: number, toldEndAt: number | null): ClientOrder => ({
  key: `key-${dueAt}`,
  customerId: 'c',
  dueAt,
  ends: 'approved',
  orderId: `order-${dueAt}`,
  acknowledgedAt: dueAt + 1,
  toldEndAt,
});

const fault = (round: number, name: string, more: Partial<InjectedFault> = {}): InjectedFault => ({
  round,
  name,
  detail: 'as asked',
  madeAt: round * 10_000,
  liftedAt: round * 10_000,
  isPaired: false,
  recoveryMs: 500,
  ...more,
});

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  seed: 42,
  perSecond: 200,
  orders: [order(0, 20), order(500, 540), order(10_000, 11_000), order(10_001, null)],
  told: [],
  errors: [],
  faults: [],
  notInjected: [],
  calm: { from: 0, to: 5_000 },
  underFaults: { from: 5_000, to: 15_000 },
  sagasEnded: { calm: 1_000, underFaults: 1_900, all: 2_900 },
  unsettledClients: 0,
  findings: AT_REST,
  ...more,
});

describe('the report', () => {
  test('compares latency and throughput with and without faults', () => {
    const { withoutFaults, underFaults, throughputShare } = buildReport(evidence());
    expect(withoutFaults).toMatchObject({ seconds: 5, sagasPerSecond: 200, p50Ms: 40, samples: 2 });
    expect(underFaults).toMatchObject({ seconds: 10, sagasPerSecond: 190, p99Ms: 1_000, samples: 1 });
    expect(throughputShare).toBeCloseTo(0.95);
  });

  test('counts every fault under its name, and takes recovery from those that came alone', () => {
    const { faults, together, faultCount } = buildReport(
      evidence({
        faults: [
          fault(1, 'kill', { recoveryMs: 100 }),
          fault(2, 'kill', { recoveryMs: 900 }),
          fault(3, 'kill', { recoveryMs: 300 }),
          fault(4, 'kill', { recoveryMs: 5_000, isPaired: true }),
          fault(4, 'cut', { recoveryMs: 5_000, isPaired: true }),
        ],
      }),
    );
    expect(faultCount).toBe(5);
    expect(faults.map(({ name, count }) => [name, count])).toEqual([
      ['cut', 1],
      ['kill', 4],
    ]);
    expect(faults[1]).toMatchObject({ medianRecoveryMs: 300, worstRecoveryMs: 900 });
    expect(together).toMatchObject({ count: 1, worstRecoveryMs: 5_000 });
  });

  test('puts what clients saw down to the last fault that was made before, and the rest to none', () => {
    const error = (at: number) => ({ at, errand: 'place', kind: 'ECONNREFUSED' }) as const;
    const { faults, errors } = buildReport(
      evidence({
        faults: [fault(1, 'cut', { liftedAt: 11_000 }), fault(2, 'kill')],
        errors: [error(9_000), error(10_500), error(12_000), error(19_000), error(20_100), error(22_000)],
      }),
    );
    expect(faults.map(({ name, errors: seen }) => [name, seen])).toEqual([
      ['cut', { 'place: ECONNREFUSED': 2 }],
      ['kill', { 'place: ECONNREFUSED': 2 }],
    ]);
    expect(errors.outsideOfFaults).toEqual({ 'place: ECONNREFUSED': 2 });
  });

  test('has no violation when nothing was found, and says so', () => {
    const report = buildReport(evidence({ faults: [fault(1, 'kill')] }));
    expect(report.violations).toEqual([]);
    expect(formatReport(report)).toContain('No violation.');
  });

  test('names every violation, with the seed to find it again', () => {
    const violated = {
      ...HOLDS,
      holds: false,
      results: [
        {
          ...HOLDS.results[0],
          verdict: 'violated',
          violations: [{ rule: 'r', text: 'order o-1 has no saga', orderId: 'o-1' }],
          violationCount: 7,
        },
      ],
    } as unknown as InvariantReport;
    const report = buildReport(
      evidence({
        faults: [fault(1, 'kill', { recoveryMs: null })],
        unsettledClients: 2,
        findings: {
          ...AT_REST,
          invariants: violated,
          underWay: { sagas: 4, payments: 0, messages: 1 },
          lost: ['order o-2 was acknowledged, and does not exist'],
          endedOtherwise: ['order o-3 is cancelled, and must be approved'],
          parked: ['payments: a message was parked'],
        },
      }),
    );
    expect(report.violations).toEqual([
      'invariant 1: order o-1 has no saga',
      'invariant 1: and 6 more',
      'stuck: 4 sagas, 0 payments and 1 messages are still under way',
      'lost acknowledgement: order o-2 was acknowledged, and does not exist',
      'wrong end: order o-3 is cancelled, and must be approved',
      'dead letter: payments: a message was parked',
      '2 clients were never told what they asked for',
      'no order ended after kill (as asked)',
    ]);
    expect(report.lostAcknowledgements).toBe(1);
    const text = formatReport(report);
    expect(text).toContain('8 violations with seed 42');
    expect(text).toContain('! invariant 1: order o-1 has no saga');
  });
});
