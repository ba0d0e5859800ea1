import { table } from '@order-saga/cli';
import type { ChaosReport, FaultFigures, PhaseFigures } from './report.ts';

/** The report for a terminal. */
export function formatReport(report: ChaosReport): string {
  const { orders, faults, together, notInjected, errors, violations } = report;
  const lines = [
    `seed ${report.seed}: ${orders.offered} orders offered at ${report.offeredPerSecond}/s, ${orders.acknowledged} acknowledged, ${orders.refused} refused as they must be; ${orders.sagasEnded} sagas ended`,
    '',
    table([
      { '': 'without faults', ...phaseRow(report.withoutFaults) },
      { '': 'under faults', ...phaseRow(report.underFaults) },
    ]),
    `throughput under faults: ${(100 * report.throughputShare).toFixed(0)} % of that without`,
    '',
    `${report.faultCount} faults. Recovery in ms, from when it was lifted to the first order that was placed after it was made and whose client was told its end; the errors are those that clients saw meanwhile`,
    table([...faults, ...(together.count > 0 ? [together] : [])].map(faultRow)),
    ...notInjected.map(({ name, because }) => `not injected: ${name}, because ${because}`),
    '',
    `errors that clients saw in all: ${kindsText(errors.all)}`,
    `of them between faults: ${kindsText(errors.outsideOfFaults)}`,
    `dead letters: ${report.poisonParked} of the poison that was sent`,
    '',
    ...report.invariants.map(
      ({ number, title, verdict, violationCount }) =>
        `${String(number).padStart(2)}  ${title}: ${verdict === 'not checked' ? verdict : `${violationCount} violations`}`,
    ),
    `stuck: ${report.underWay.sagas} sagas; lost acknowledgements: ${report.lostAcknowledgements}`,
    '',
    ...(violations.length === 0
      ? ['No violation.']
      : [`${violations.length} violations with seed ${report.seed}:`, ...shown(violations)]),
  ];
  return lines.join('\n');
}

const MOST_SHOWN = 40;

const shown = (violations: readonly string[]): string[] => [
  ...violations.slice(0, MOST_SHOWN).map((text) => `! ${text}`),
  ...(violations.length > MOST_SHOWN ? [`! and ${violations.length - MOST_SHOWN} more`] : []),
];

const phaseRow = ({ seconds, sagasPerSecond, p50Ms, p99Ms, samples }: PhaseFigures) => ({
  seconds: seconds.toFixed(0),
  'sagas/s': sagasPerSecond.toFixed(0),
  'p50 ms': rounded(p50Ms),
  'p99 ms': rounded(p99Ms),
  'of orders': samples,
});

const faultRow = ({ name, count, medianRecoveryMs, worstRecoveryMs, errors }: FaultFigures) => ({
  fault: name,
  times: count,
  median: rounded(medianRecoveryMs),
  worst: rounded(worstRecoveryMs),
  errors: kindsText(errors),
});

const rounded = (value: number | null): string => (value === null ? '-' : value.toFixed(0));

function kindsText(kinds: Readonly<Record<string, number>>): string {
  const parts = Object.entries(kinds).toSorted(([, a], [, b]) => b - a);
  return parts.length === 0 ? '0' : parts.map(([kind, count]) => `${count} ${kind}`).join(', ');
}
