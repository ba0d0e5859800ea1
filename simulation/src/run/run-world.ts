import type { Command } from '@order-saga/contracts';
import { beginClient, newClients } from '../clients/client.ts';
import { beginForeigners } from '../clients/foreigners.ts';
import { beginOperators } from '../clients/operators.ts';
import { checkCommit } from '../invariants/at-commit.ts';
import { checkAtRest } from '../invariants/at-rest.ts';
import { checkHandled } from '../invariants/handled.ts';
import { WireCheck } from '../invariants/on-the-wire.ts';
import { Tables } from '../invariants/tables.ts';
import { SimBroker } from '../network/sim-broker.ts';
import { Database } from '../store/database.ts';
import { INVENTORY_HANDLERS, inventorySpecs } from '../store/inventory-store.ts';
import { lookAt, ORDER_HANDLERS, orderSpecs } from '../store/order-store.ts';
import { PAYMENT_HANDLERS, paymentSpecs } from '../store/payment-store.ts';
import type { Change } from '../store/transaction.ts';
import {
  inventoryProcess,
  orderProcess,
  paymentProcess,
  SERVICES,
  type Surroundings,
} from '../system/processes.ts';
import { SimProvider } from '../system/sim-provider.ts';
import type { Coverage } from '../world/coverage.ts';
import { type Fault, isTimed, type TimedFault } from '../world/faults.ts';
import { BUSY_MS } from '../world/plan.ts';
import { type Violation, World } from '../world/world.ts';
import { isAtRest } from './rest.ts';
import type { Scenario } from './scenario.ts';

/** After this much virtual time everything must have come to rest, however it was disturbed. */
const REST_WITHIN_MS = 240_000;
/** More than any world needs: something runs in circles. */
const MOST_EVENTS = 100_000;
const LOOK_EVERY_MS = 150;
/** At rest for so long: the answers that were on their way have come, and what follows from them has begun. */
const QUIET_MS = 300;

export interface WorldRun {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly injected: readonly Fault[];
  readonly notes: readonly string[];
  /** Virtual time until rest. */
  readonly tookMs: number;
  readonly events: number;
}

/** One world: the same run every time. Called from a task of the event loop, never from a promise. */
export function runWorld(
  scenario: Scenario,
  coverage: Coverage,
  options: { readonly isTracing?: boolean } = {},
): WorldRun {
  const { seed, chance, faults } = scenario;
  const world = new World({ seed, chance, faults }, coverage, options.isTracing === true);
  try {
    live(world, scenario);
  } catch (error) {
    world.violated(0, `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  for (const fault of world.faults.injected) coverage.met(`fault: ${fault.kind}`);
  return {
    seed,
    violation: world.violations[0] ?? null,
    injected: world.faults.injected,
    notes: world.notes ?? [],
    tookMs: world.scheduler.now,
    events: world.scheduler.events,
  };
}

function live(world: World, { faults, workload }: Scenario): void {
  const committed = (changes: readonly Change[]) => checkCommit(world, tables, changes);
  const databases = {
    order: new Database(world, 'orders', { tables: orderSpecs(), handlers: ORDER_HANDLERS, committed }),
    payment: new Database(world, 'payments', {
      tables: paymentSpecs(),
      handlers: PAYMENT_HANDLERS,
      committed,
    }),
    inventory: new Database(world, 'inventory', {
      tables: inventorySpecs(),
      handlers: INVENTORY_HANDLERS,
      committed,
    }),
  };
  const tables = new Tables(databases);
  const wire = new WireCheck(world, tables);
  const broker = new SimBroker(world, (message) => wire.taken(message));
  const provider = new SimProvider(world);
  const around: Surroundings = { world, broker, provider, databases, ...workload };

  for (const { productId, pieces } of workload.stock) {
    const row = { product_id: productId, available_quantity: pieces, reserved_quantity: 0, sold_quantity: 0 };
    databases.inventory.table('inventory').put(productId, row);
    const restock = {
      key: `initial ${productId}`,
      product_id: productId,
      delta: pieces,
      available_after: pieces,
    };
    databases.inventory.table('restocks').put(restock.key, restock);
  }

  const orders = [orderProcess(around, 0), orderProcess(around, 1)];
  const inventories = [inventoryProcess(around, 0), inventoryProcess(around, 1)];
  const processes = [...orders, paymentProcess(around, 0), paymentProcess(around, 1), ...inventories];
  world.restart = (life, afterMs) => {
    const process = processes.find((candidate) => candidate.life === life);
    world.scheduler.after(afterMs, null, () => process?.start());
  };
  for (const process of processes) process.start();

  const clients = newClients();
  for (const placing of workload.placings)
    beginClient(world, clients, orders, placing, (orderId, told) => told(lookAt(databases.order, orderId)));
  beginOperators(world, clients, inventories, workload.restockings);
  const foreign: Command[] = [];
  const ours = () => [...tables.sagas()];
  beginForeigners(
    world,
    broker,
    workload,
    () => ours().map((saga) => saga.order_id),
    () => ours().map((saga) => saga.id),
    foreign,
  );
  for (const fault of faults) if (isTimed(fault)) planTimed(world, around, fault);
  world.scheduler.after(BUSY_MS, null, () => world.faults.end());

  comeToRest(world, () => isAtRest({ tables, broker, clients, processes, provider }));
  if (world.violations.length > 0) return;
  checkAtRest(world, tables, clients, provider);
  wire.checkAtRest();
  checkHandled(world, tables, foreign);
}

function comeToRest(world: World, isResting: () => boolean): void {
  const { scheduler } = world;
  let restingSince: number | null = null;
  let lookAtMs = BUSY_MS + LOOK_EVERY_MS;
  // The first violation ends the world: what follows from it is no news.
  while (world.violations.length === 0 && scheduler.step()) {
    if (scheduler.now < lookAtMs) {
      if (scheduler.events < MOST_EVENTS) continue;
      world.violated(7, `no rest within ${MOST_EVENTS} events`);
      return;
    }
    lookAtMs = scheduler.now + LOOK_EVERY_MS;
    restingSince = isResting() ? (restingSince ?? scheduler.now) : null;
    if (restingSince !== null && scheduler.now - restingSince >= QUIET_MS) return;
    if (scheduler.now > REST_WITHIN_MS) {
      world.violated(7, `no rest within ${REST_WITHIN_MS} ms`);
      return;
    }
  }
}

function planTimed(world: World, { broker, databases }: Surroundings, fault: TimedFault): void {
  world.scheduler.after(fault.atMs, null, () => {
    world.faults.injected.push(fault);
    const database = 'service' in fault ? databases[SERVICES[fault.service] ?? 'order'] : databases.order;
    world.note(`${fault.kind} ${JSON.stringify(fault)}`);
    switch (fault.kind) {
      case 'broker-wiped':
        return broker.wipe();
      case 'broker-away':
        return broker.goAway(fault.forMs);
      case 'rebalance':
        return [...broker.groups()][fault.service]?.rebalance();
      case 'store-cut':
        return database.cut();
      case 'store-away':
        database.goAway();
        world.scheduler.after(fault.forMs, null, () => {
          database.isAway = false;
        });
        return;
      case 'clock-jump':
        return database.jump(fault.byMs);
      default:
        throw new Error(`no such fault: ${fault satisfies never}`);
    }
  });
}
