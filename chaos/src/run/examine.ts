import {
  checkInvariants,
  DATABASES,
  type DatabaseUrls,
  finalStatesOf,
  type InvariantReport,
  isAtRest,
  type Observation,
  type UnderWay,
  waitForRest,
} from '@order-saga/cli';
import pg from 'pg';
import { POISON_MARK } from '../faults/messages.ts';
import type { ClientOrder } from '../load/ledger.ts';

/** What the run found of the system once everything had come to rest. */
export interface Findings {
  readonly invariants: InvariantReport;
  /** All zero: nothing is stuck. */
  readonly underWay: UnderWay;
  /** Orders that a client was answered with, and that do not exist or have not ended. */
  readonly lost: readonly string[];
  /** Orders that ended, and not as they must. */
  readonly endedOtherwise: readonly string[];
  /** Messages that were parked and are not the poison that was sent. */
  readonly parked: readonly string[];
  readonly poisonParked: number;
}

export interface ExamineOptions {
  readonly databases: DatabaseUrls;
  readonly brokers: readonly string[];
  /** As their clients know them, and what those were told. */
  readonly orders: readonly ClientOrder[];
  readonly told: readonly Observation[];
  readonly restWithinMs: number;
}

const IDS_AT_ONCE = 10_000;

export async function examine(options: ExamineOptions): Promise<Findings> {
  const { databases, brokers, told, restWithinMs } = options;
  const orders = options.orders.filter(isAcknowledged);
  const underWay = await waitForRest(databases, restWithinMs);
  const invariants = await checkInvariants({
    databases,
    brokers,
    mode: isAtRest(underWay) ? 'at-rest' : 'always',
    acknowledged: orders.map(({ orderId }) => orderId),
    told,
  });
  return { invariants, underWay, ...(await judgeEnds(databases, orders)), ...(await deadLetters(databases)) };
}

type AcknowledgedOrder = ClientOrder & { readonly orderId: string };

const isAcknowledged = (order: ClientOrder): order is AcknowledgedOrder => order.orderId !== null;

async function judgeEnds(
  databases: DatabaseUrls,
  orders: readonly AcknowledgedOrder[],
): Promise<Pick<Findings, 'lost' | 'endedOtherwise'>> {
  const lost: string[] = [];
  const endedOtherwise: string[] = [];
  for (let from = 0; from < orders.length; from += IDS_AT_ONCE) {
    const page = orders.slice(from, from + IDS_AT_ONCE);
    const ends = await finalStatesOf(
      databases,
      page.map(({ orderId }) => orderId),
    );
    for (const { orderId, ends: must } of page) {
      const is = ends.get(orderId)?.orderStatus;
      if (is !== 'approved' && is !== 'cancelled') {
        lost.push(
          `order ${orderId} was acknowledged, and ${is === undefined ? 'does not exist' : `is ${is}`}`,
        );
      } else if (must !== 'either' && is !== must) {
        endedOtherwise.push(`order ${orderId} is ${is}, and must be ${must}`);
      }
    }
  }
  return { lost, endedOtherwise };
}

interface DeadLetter {
  readonly topic: string;
  readonly key: string | null;
  readonly cause: string;
  readonly detail: string;
}

async function deadLetters(databases: DatabaseUrls): Promise<Pick<Findings, 'parked' | 'poisonParked'>> {
  const parked: string[] = [];
  let poisonParked = 0;
  for (const name of DATABASES) {
    const client = new pg.Client({ connectionString: databases[name] });
    await client.connect();
    try {
      const { rows } = await client.query<DeadLetter>('select topic, key, cause, detail from dead_letters');
      for (const { topic, key, cause, detail } of rows) {
        if (key?.startsWith(POISON_MARK)) poisonParked += 1;
        else parked.push(`${name}: a message of ${topic} for ${key} was parked: ${cause}, ${detail}`);
      }
    } finally {
      await client.end();
    }
  }
  return { parked, poisonParked };
}
