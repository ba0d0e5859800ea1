import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseUrls } from '../system/databases.ts';
import { approvedIsPaid } from './approved-is-paid.ts';
import { Book } from './book.ts';
import type { Check } from './check.ts';
import type { Observation } from './check-told.ts';
import { logIsAPath } from './log-is-a-path.ts';
import { moneyAddsUp } from './money-adds-up.ts';
import { moneyOnce } from './money-once.ts';
import { nothingStuck } from './nothing-stuck.ts';
import { oncePerKey } from './once-per-key.ts';
import { orderHasSaga } from './order-has-saga.ts';
import { type OrderWithEffects, ordersWithEffects } from './orders-with-effects.ts';
import { repliesIdentical } from './replies-identical.ts';
import type { CheckMode, InvariantReport, Liability } from './report.ts';
import { sagaPaths } from './saga-paths.ts';
import { stockAddsUp } from './stock-adds-up.ts';
import { toldStaysTrue } from './told-stays-true.ts';
import { type World, withWorld } from './world.ts';

export interface CheckOptions {
  readonly databases: DatabaseUrls;
  readonly mode: CheckMode;
  /** With them the replies on the wire are compared (invariant 9). The in-process broker cannot be read from outside. */
  readonly brokers?: readonly string[];
  /** Orders that a client was answered with, however that order ended (invariant 1). */
  readonly acknowledged?: readonly string[];
  /** What clients were told before the check began (invariant 10). */
  readonly told?: readonly Observation[];
  /** How late something may be before it counts as stuck. Default 2 minutes. */
  readonly graceMs?: number;
  /** What one look suspects is looked at again after so long. Default 1 s. */
  readonly againAfterMs?: number;
}

const GRACE_MS = 120_000;
const AGAIN_AFTER_MS = 1_000;

/**
 * Checks the ten invariants of the system over its three databases and the provider's ledger. It only reads. In mode
 * `always` it may be run at any moment, also under load and while processes are being killed.
 */
export async function checkInvariants(options: CheckOptions): Promise<InvariantReport> {
  const { databases, mode, brokers = [], acknowledged, told } = options;
  const began = performance.now();
  const checks = (): readonly Check[] => [
    orderHasSaga(acknowledged),
    moneyOnce,
    moneyAddsUp,
    stockAddsUp,
    approvedIsPaid,
    logIsAPath,
    nothingStuck(),
    oncePerKey,
    repliesIdentical(brokers),
    toldStaysTrue(told),
  ];
  const lookOnce = () =>
    withWorld(databases, { mode, graceMs: options.graceMs ?? GRACE_MS }, (world) => look(world, checks()));

  let seen = await lookOnce();
  let before: Seen | undefined;
  if (seen.books.some(({ book }) => book.suspects.size > 0)) {
    await delay(options.againAfterMs ?? AGAIN_AFTER_MS);
    before = seen;
    seen = await lookOnce();
  }
  const results = seen.books.map(({ check: { number, title }, book }, at) =>
    book.result({ number, title }, before?.books[at]?.book),
  );
  return {
    holds: results.every(({ verdict }) => verdict !== 'violated'),
    mode,
    results,
    liabilities: seen.liabilities,
    tookMs: Math.round(performance.now() - began),
  };
}

interface Seen {
  readonly books: readonly { readonly check: Check; readonly book: Book }[];
  readonly liabilities: readonly Liability[];
}

async function look(world: World, checks: readonly Check[]): Promise<Seen> {
  const books = checks.map((check) => ({ check, book: new Book() }));
  const liabilities: Liability[] = [];
  let strangers = 0;
  for await (const page of ordersWithEffects(world)) {
    strangers += page.strangers;
    for (const order of page.orders) {
      for (const { check, book } of books) check.look?.(order, book, world);
      if (order.sagaStatus === 'Failed') liabilities.push(liabilityOf(order));
    }
  }
  for (const path of await sagaPaths(world)) {
    for (const { check, book } of books) check.path?.(path, book, world);
  }
  for (const { check, book } of books) await check.ask?.(world, book);
  const money = books.find(({ check }) => check === moneyAddsUp)?.book;
  if (money && strangers > 0)
    money.figures['payments and reservations of sagas that are not ours'] = strangers;
  if (money && liabilities.length > 0) money.figures['open liabilities'] = liabilities.length;
  return { books, liabilities };
}

function liabilityOf({ orderId, sagaId, currency, payment, reservation }: OrderWithEffects): Liability {
  const isHeld = reservation?.status === 'reserved' || reservation?.status === 'confirmed';
  return {
    orderId,
    sagaId,
    currency,
    netMinor: payment?.netMinor ?? 0,
    pieces: isHeld ? reservation.pieces : 0,
  };
}
