import type { InvariantResult, Observation, UnderWay } from '@order-saga/cli';
import type { ClientError, ClientOrder } from '../load/ledger.ts';
import type { Findings } from '../run/examine.ts';
import type { InjectedFault } from '../run/inject-faults.ts';
import { countBy, median, quantile } from './figures.ts';

/** From one moment of this process's monotonic clock to another, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** All that a run saw. */
export interface Evidence {
  readonly seed: number;
  readonly perSecond: number;
  readonly orders: readonly ClientOrder[];
  readonly told: readonly Observation[];
  readonly errors: readonly ClientError[];
  readonly faults: readonly InjectedFault[];
  readonly notInjected: readonly NotInjected[];
  readonly calm: Span;
  readonly underFaults: Span;
  /** By the orders database. */
  readonly sagasEnded: { readonly calm: number; readonly underFaults: number; readonly all: number };
  /** Clients that still waited for an answer, or for the end of a stream, when the time was over. */
  readonly unsettledClients: number;
  readonly findings: Findings;
}

export interface NotInjected {
  readonly name: string;
  readonly because: string;
}

export interface PhaseFigures {
  readonly seconds: number;
  readonly sagasPerSecond: number;
  /** From when an order was to be placed until its client was told its end. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly samples: number;
}

export interface FaultFigures {
  readonly name: string;
  readonly count: number;
  readonly medianRecoveryMs: number | null;
  readonly worstRecoveryMs: number | null;
  /** What clients were answered from the moment it was made until orders ended again. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface ChaosReport {
  readonly seed: number;
  readonly offeredPerSecond: number;
  readonly orders: {
    readonly offered: number;
    readonly acknowledged: number;
    readonly refused: number;
    readonly sagasEnded: number;
  };
  readonly withoutFaults: PhaseFigures;
  readonly underFaults: PhaseFigures;
  /** Sagas ended per second under faults, as a share of those without. */
  readonly throughputShare: number;
  /** Every fault counts under its own name; recovery and errors are of those that came alone. */
  readonly faults: readonly FaultFigures[];
  /** Recovery and errors of the rounds in which two faults came together. */
  readonly together: FaultFigures;
  readonly faultCount: number;
  readonly notInjected: readonly NotInjected[];
  readonly errors: {
    readonly all: Readonly<Record<string, number>>;
    readonly outsideOfFaults: Readonly<Record<string, number>>;
  };
  readonly invariants: readonly InvariantResult[];
  readonly underWay: UnderWay;
  readonly lostAcknowledgements: number;
  readonly poisonParked: number;
  /** Whatever may not be, with the orders' names; none when the run passed. */
  readonly violations: readonly string[];
}

/** What a client that had to wait is told a moment after orders end again still belongs to the fault. */
const AFTERMATH_MS = 2_000;

export function buildReport(evidence: Evidence): ChaosReport {
  const { faults, findings, orders, errors, sagasEnded } = evidence;
  const alone = faults.filter(({ isPaired }) => !isPaired);
  const paired = faults.filter(({ isPaired }) => isPaired);
  const rounds = roundsOf(faults);
  const roundOf = new Map(errors.map((error) => [error, roundAt(rounds, error.at)]));
  const errorsOf = (isMeant: (round: readonly InjectedFault[]) => boolean) =>
    errors.filter((error) => {
      const round = roundOf.get(error);
      return round !== undefined && isMeant(round);
    });
  const calm = phase(evidence.calm, orders, sagasEnded.calm);
  const underFaults = phase(evidence.underFaults, orders, sagasEnded.underFaults);
  const names = [...new Set(faults.map(({ name }) => name))].toSorted();
  return {
    seed: evidence.seed,
    offeredPerSecond: evidence.perSecond,
    orders: {
      offered: orders.length,
      acknowledged: orders.filter(({ orderId }) => orderId !== null).length,
      refused: orders.filter(({ ends, orderId }) => ends === 'refused' && orderId === null).length,
      sagasEnded: sagasEnded.all,
    },
    withoutFaults: calm,
    underFaults,
    throughputShare: calm.sagasPerSecond === 0 ? 0 : underFaults.sagasPerSecond / calm.sagasPerSecond,
    faults: names.map((name) => ({
      ...figures(
        name,
        alone.filter((fault) => fault.name === name),
        errorsOf((round) => round.length === 1 && round[0]?.name === name),
      ),
      count: faults.filter((fault) => fault.name === name).length,
    })),
    together: figures(
      'two at once',
      roundsOf(paired).flatMap(([first]) => (first === undefined ? [] : [first])),
      errorsOf((round) => round.length > 1),
    ),
    faultCount: faults.length,
    notInjected: evidence.notInjected,
    errors: {
      all: kinds(errors),
      outsideOfFaults: kinds(errors.filter((error) => roundOf.get(error) === undefined)),
    },
    invariants: findings.invariants.results,
    underWay: findings.underWay,
    lostAcknowledgements: findings.lost.length,
    poisonParked: findings.poisonParked,
    violations: violationsOf(evidence),
  };
}

function violationsOf({ findings, faults, unsettledClients }: Evidence): string[] {
  const { sagas, payments, messages } = findings.underWay;
  const isStuck = sagas + payments + messages > 0;
  return [
    ...findings.invariants.results.flatMap(({ number, violations, violationCount }) => [
      ...violations.map(({ text }) => `invariant ${number}: ${text}`),
      ...(violationCount > violations.length
        ? [`invariant ${number}: and ${violationCount - violations.length} more`]
        : []),
    ]),
    ...(isStuck
      ? [`stuck: ${sagas} sagas, ${payments} payments and ${messages} messages are still under way`]
      : []),
    ...findings.lost.map((text) => `lost acknowledgement: ${text}`),
    ...findings.endedOtherwise.map((text) => `wrong end: ${text}`),
    ...findings.parked.map((text) => `dead letter: ${text}`),
    ...(unsettledClients > 0 ? [`${unsettledClients} clients were never told what they asked for`] : []),
    ...roundsOf(faults)
      .filter(([first]) => first?.recoveryMs === null)
      .map(
        (round) =>
          `no order ended after ${round.map(({ name, detail }) => `${name} (${detail})`).join(' and ')}`,
      ),
  ];
}

function figures(
  name: string,
  faults: readonly InjectedFault[],
  errors: readonly ClientError[],
): FaultFigures {
  const recoveries = faults.map(({ recoveryMs }) => recoveryMs).filter((ms) => ms !== null);
  return {
    name,
    count: faults.length,
    medianRecoveryMs: median(recoveries),
    worstRecoveryMs: recoveries.length === 0 ? null : Math.max(...recoveries),
    errors: kinds(errors),
  };
}

function phase(span: Span, orders: readonly ClientOrder[], sagasEnded: number): PhaseFigures {
  const latencies = orders.flatMap(({ dueAt, toldEndAt }) =>
    toldEndAt !== null && dueAt >= span.from && dueAt < span.to ? [toldEndAt - dueAt] : [],
  );
  const seconds = (span.to - span.from) / 1_000;
  return {
    seconds,
    sagasPerSecond: seconds > 0 ? sagasEnded / seconds : 0,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    samples: latencies.length,
  };
}

const kinds = (errors: readonly ClientError[]) => countBy(errors, ({ errand, kind }) => `${errand}: ${kind}`);

function roundsOf(faults: readonly InjectedFault[]): readonly (readonly InjectedFault[])[] {
  return [...Map.groupBy(faults, ({ round }) => round).values()];
}

/** The faults that a moment belongs to: the last that were made before it, until a while after they were recovered from. */
function roundAt(
  rounds: readonly (readonly InjectedFault[])[],
  at: number,
): readonly InjectedFault[] | undefined {
  const round = rounds.findLast((faults) => faults.some(({ madeAt }) => madeAt <= at));
  if (round === undefined) return undefined;
  const over = Math.max(...round.map(({ liftedAt, recoveryMs }) => liftedAt + (recoveryMs ?? Infinity)));
  return at <= over + AFTERMATH_MS ? round : undefined;
}
