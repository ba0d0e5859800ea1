import { inventoryPipeline, inventoryTurnSql, requestRestock } from '@order-saga/inventory-service/core';
import {
  type Log,
  openTurnSession,
  type Session,
  silentObserver,
  type TurnSql,
  type TurnState,
} from '@order-saga/messaging';
import { type OrderCore, orderCore, orderTurnSql } from '@order-saga/order-service/core';
import { paymentCore, paymentTurn } from '@order-saga/payment-service/core';
import { brokerOf, type SimBroker } from '../network/sim-broker.ts';
import { type Database, EPOCH_MS } from '../store/database.ts';
import { memoryDeadLetters, memoryOutboxClaims } from '../store/messaging-store.ts';
import { memoryAdmission, memoryLookups, memoryWakeUps } from '../store/order-store.ts';
import { memoryLeases } from '../store/payment-store.ts';
import { Life } from '../world/life.ts';
import type { World } from '../world/world.ts';
import { inventorySettings, orderSettings, paymentSettings } from './settings.ts';
import type { SimProvider } from './sim-provider.ts';

/** The real services, composed as their own composition roots compose them, on what a world offers. */

export interface Surroundings {
  readonly world: World;
  readonly broker: SimBroker;
  readonly provider: SimProvider;
  readonly databases: Readonly<Record<ServiceName, Database>>;
  readonly placement: 'local' | 'kafka';
  readonly maxInFlight: number;
}

export const SERVICES = ['order', 'payment', 'inventory'] as const;
export type ServiceName = (typeof SERVICES)[number];

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** One process: it lives, dies and is started again under the same name. */
export class Process<Core> {
  readonly instance: string;
  readonly #world: World;
  readonly #begin: (life: Life) => Core;
  #life: Life;
  #core: Core | null = null;

  constructor(world: World, instance: string, begin: (life: Life) => Core) {
    this.instance = instance;
    this.#world = world;
    this.#begin = begin;
    this.#life = new Life(instance);
  }

  get life(): Life {
    return this.#life;
  }

  /** Null while it is down. */
  get core(): Core | null {
    return this.#life.isDead ? null : this.#core;
  }

  start(): void {
    if (this.#life.isDead) this.#life = new Life(this.instance);
    this.#world.note(`${this.instance} starts`);
    this.#core = this.#begin(this.#life);
  }
}

const logOf = (world: World, life: Life): Log =>
  world.isTracing
    ? {
        debug: (facts, message) => world.note(`${life.instance}: ${message} ${JSON.stringify(facts)}`),
        info: (facts, message) => world.note(`${life.instance}: ${message} ${JSON.stringify(facts)}`),
        warn: (facts, message) => world.note(`${life.instance}: ${message} ${JSON.stringify(facts)}`),
        error: (facts, message) => world.note(`${life.instance}: ${message} ${JSON.stringify(facts)}`),
      }
    : silentLog;

const pipelineStore = <Message, State extends TurnState>(
  database: Database,
  life: Life,
  turnSql: TurnSql<Message, State>,
) => ({
  openSession: (): Promise<Session<Message, State>> => openTurnSession(() => database.connect(life), turnSql),
  outboxClaims: memoryOutboxClaims(database, life),
  deadLetters: memoryDeadLetters(database, life),
});

/** What every process takes from the world. */
const common = ({ world, broker }: Surroundings, life: Life) => ({
  broker: brokerOf(broker, life),
  runtime: life.runtime(world.scheduler, world.ids),
  log: logOf(world, life),
  observer: silentObserver,
});

export const orderProcess = (around: Surroundings, index: number): Process<OrderCore> =>
  new Process(around.world, `order-${index}`, (life) => {
    const database = around.databases.order;
    const config = orderSettings(around.placement, around.maxInFlight);
    const core = orderCore(config, {
      ...common(around, life),
      store: {
        pipeline: pipelineStore(database, life, orderTurnSql),
        admission: memoryAdmission(database, life),
        wakeUps: memoryWakeUps(database, life, config.RESENDS_PER_SECOND),
        lookups: memoryLookups(database, life),
      },
      observe(observation) {
        around.world.coverage.met(
          observation.kind === 'ignored' ? `ignored: ${observation.cause}` : `saga: ${observation.kind}`,
        );
      },
    });
    core.start();
    return core;
  });

export const paymentProcess = (around: Surroundings, index: number) =>
  new Process(around.world, `payment-${index}`, (life) => {
    const database = around.databases.payment;
    const core = paymentCore(paymentSettings(life.instance), {
      ...common(around, life),
      store: {
        pipeline: pipelineStore(database, life, paymentTurn),
        leases: (terms) => memoryLeases(database, life, terms),
      },
      provider: around.provider.for(life),
      counts: {
        called: () => undefined,
        committed: (message, answer) =>
          around.world.coverage.met(
            `payment: ${message.kind} ${answer.kind === 'done' ? answer.outcome : answer.kind}`,
          ),
      },
      now: () => EPOCH_MS + around.world.scheduler.now,
    });
    core.start();
    return core;
  });

export const inventoryProcess = (around: Surroundings, index: number) =>
  new Process(around.world, `inventory-${index}`, (life) => {
    const pipeline = inventoryPipeline(inventorySettings, {
      ...common(around, life),
      store: pipelineStore(around.databases.inventory, life, inventoryTurnSql),
      countAnswer(message, answer) {
        if (message.kind !== 'command' || answer.kind !== 'command') return;
        around.world.coverage.met(`inventory: ${message.command.type} ${answer.outcome}`);
      },
    });
    pipeline.start();
    return { restock: requestRestock(pipeline.lanes) };
  });
