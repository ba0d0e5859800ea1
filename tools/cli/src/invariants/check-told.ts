import type { OrderStatus } from '@order-saga/contracts';
import type { Violation } from './report.ts';

/** Something a client was told of an order, in the order in which it was told. */
export interface Observation {
  /** Who was told: a subscription, or a client that asks again and again. */
  readonly listener: string;
  /** `stream`: every version, in order, from the first one told. `answer`: versions may be passed over, never taken back. */
  readonly kind: 'stream' | 'answer';
  readonly orderId: string;
  readonly version: number;
  readonly orderStatus: OrderStatus;
}

/** Where an order stands after everything was told. */
export interface FinalState {
  readonly orderStatus: OrderStatus;
  readonly version: number;
}

const IS_FINAL: ReadonlySet<OrderStatus> = new Set(['approved', 'cancelled']);

/**
 * Whether what clients were told stayed true. Pure: the observations of one listener must stand in the order in which it
 * made them, in whatever way they are mixed with those of others.
 */
export function checkTold(
  observations: readonly Observation[],
  finalStates: ReadonlyMap<string, FinalState>,
): Violation[] {
  const violations: Violation[] = [];
  const lastOf = new Map<string, Observation>();
  const statusOf = new Map<string, OrderStatus>();
  const lost = new Set<string>();
  for (const told of observations) {
    const { listener, orderId, version, orderStatus } = told;
    const found = (rule: string, text: string) =>
      violations.push({ rule, text: `${listener} was told of order ${orderId} ${text}`, orderId });

    const before = lastOf.get(`${listener} ${told.kind} ${orderId}`);
    lastOf.set(`${listener} ${told.kind} ${orderId}`, told);
    if (before !== undefined) compare(before, told, found);

    const version1 = `${orderId} ${version}`;
    const known = statusOf.get(version1);
    statusOf.set(version1, known ?? orderStatus);
    if (known !== undefined && known !== orderStatus)
      found('two-stories', `version ${version} as ${orderStatus}, and another was told it as ${known}`);

    const end = finalStates.get(orderId);
    if (end === undefined) {
      if (!lost.has(orderId)) found('lost', `version ${version}, and there is no such order`);
      lost.add(orderId);
      continue;
    }
    if (end.version < version) found('taken-back', `version ${version}, and it stands at ${end.version}`);
    if (IS_FINAL.has(orderStatus) && end.orderStatus !== orderStatus)
      found('not-for-ever', `that it is ${orderStatus}, and it is ${end.orderStatus}`);
  }
  return violations;
}

function compare(
  before: Observation,
  told: Observation,
  found: (rule: string, text: string) => unknown,
): void {
  const step = told.version - before.version;
  const isStream = told.kind === 'stream';
  if (step < 0 || (isStream && step === 0)) {
    found('version-not-growing', `version ${told.version} after version ${before.version}`);
  } else if (isStream && step > 1) {
    found('gap', `version ${told.version} right after version ${before.version}`);
  }
  if (IS_FINAL.has(before.orderStatus) && told.orderStatus !== before.orderStatus)
    found('not-for-ever', `that it is ${told.orderStatus} after it was ${before.orderStatus}`);
}
