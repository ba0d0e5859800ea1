import { openLoop } from '@order-saga/bench/open-loop';
import type { RunningSystem } from '@order-saga/cli';
import type { InventoryRouter } from '@order-saga/contracts';
import { createServiceClient, randomIds, systemClock } from '@order-saga/service-kit';
import type { Fault, Stage } from '../faults/fault.ts';
import { hold } from '../faults/hold.ts';
import { Clients } from '../load/clients.ts';
import { Ledger } from '../load/ledger.ts';
import { CUP, POT, SOLD_OUT } from '../load/order-plan.ts';
import type { Evidence, NotInjected } from '../report/report.ts';
import { dealRounds } from '../schedule/deck.ts';
import { Random } from '../schedule/random.ts';
import { examine } from './examine.ts';
import { injectFaults } from './inject-faults.ts';
import type { OwnSystem } from './own-system.ts';
import { sagasEnded } from './sagas-ended.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly perSecond: number;
  /** Faults begin after them: orders for compilers and caches, then orders to compare with. */
  readonly warmUpMs: number;
  readonly calmMs: number;
  readonly faultsMs: number;
  readonly faults: readonly Fault[];
  readonly notInjected: readonly NotInjected[];
  readonly longestPauseMs: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const PAIR_SHARE = 0.2;
/** By then a fault is no longer what keeps orders from ending. */
const LONGEST_RECOVERY_MS = 120_000;
/** The longest waits of the system are of a minute each: between attempts, of a lease, of a held consumer. */
const REST_WITHIN_MS = 300_000;

/** Load, faults, rest, and what was found then. The system stays the caller's. */
export async function runChaos(
  { system, links, dataDir, disk }: OwnSystem,
  options: ChaosOptions,
): Promise<Evidence> {
  const { seed, perSecond, say, signal } = options;
  const random = new Random(seed);
  const newId = randomIds(systemClock).uuid;
  const stage: Stage = { system, links, dataDir, disk, newId, signal };
  await stockUp(system, newId);

  const ledger = new Ledger();
  const clients = new Clients({ urls: system.urls, ledger, random: random.fork(1), newId });
  const load = openLoop(perSecond, (dueAt) => clients.send(dueAt));
  try {
    await hold(options.warmUpMs, signal);
    const calm = await timed(() => hold(options.calmMs, signal));
    say(`faults begin, with ${perSecond} orders/s on their way`);
    const rounds = dealRounds(options.faults, random.fork(2), {
      longestPauseMs: options.longestPauseMs,
      pairShare: PAIR_SHARE,
    });
    const until = performance.now() + options.faultsMs;
    const underFaults = await timed(() =>
      injectFaults({ rounds, stage, ledger, until, longestRecoveryMs: LONGEST_RECOVERY_MS, say }),
    );
    load.stop();
    links.clear();
    say('faults are over; waiting until everything is at rest');
    const unsettledClients = await clients.settle(REST_WITHIN_MS);
    const findings = await examine({
      databases: system.databases,
      brokers: system.brokers,
      orders: ledger.orders,
      told: ledger.told,
      restWithinMs: REST_WITHIN_MS,
    });
    const everything = { from: 0, to: performance.now() };
    const [ended = 0, ...inSpans] = await sagasEnded(system.databases.orders, [
      everything,
      calm.span,
      underFaults.span,
    ]);
    return {
      seed,
      perSecond,
      orders: ledger.orders,
      told: ledger.told,
      errors: ledger.errors,
      faults: underFaults.answer,
      notInjected: options.notInjected,
      calm: calm.span,
      underFaults: underFaults.span,
      sagasEnded: { all: ended, calm: inSpans[0] ?? 0, underFaults: inSpans[1] ?? 0 },
      unsettledClients,
      findings,
    };
  } finally {
    load.stop();
    await clients.close();
  }
}

const PLENTY = 10_000_000;

async function stockUp({ urls, adminToken }: RunningSystem, newId: () => string): Promise<void> {
  const { inventory, products } = createServiceClient<InventoryRouter>({
    url: urls.inventory,
    token: adminToken,
  });
  const restock = (productId: string, delta: number) =>
    inventory.restock.mutate({ key: newId(), productId, delta });
  for (const productId of [CUP, POT]) await restock(productId, PLENTY);
  const [soldOut] = await products.byIds.query({ ids: [SOLD_OUT] });
  await restock(SOLD_OUT, -(soldOut?.available ?? 0));
}

async function timed<Answer>(work: () => Promise<Answer>) {
  const from = performance.now();
  const answer = await work();
  return { answer, span: { from, to: performance.now() } };
}
