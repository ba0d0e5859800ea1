import {
  type Broker,
  createPipeline,
  type Deliveries,
  type Log,
  type MessageSignatures,
  type Observer,
  type Pipeline,
  type PipelineStore,
  type Runtime,
} from '@order-saga/messaging';
import type { SagaDefinition } from '@order-saga/saga';
import { Admission } from './admission/admission.ts';
import type { AdmissionStore } from './admission/admission-store.ts';
import type { OrderServiceConfig } from './config.ts';
import { decodeOrderMessage, isUrgent, ORDER_TOPICS } from './orchestrator/intake.ts';
import { loadOrderState } from './orchestrator/load.ts';
import type { OrderAnswer, OrderMessage } from './orchestrator/messages.ts';
import { orchestrator } from './orchestrator/orchestrator.ts';
import type { Observation, OrderState } from './orchestrator/rows.ts';
import { saveOrderState } from './orchestrator/save.ts';
import { OrderDesk, type OrderLookups } from './orders/order-desk.ts';
import { OrderWatch } from './orders/order-watch.ts';
import { placeOrderSaga, takesOneLineOnly } from './place-order/place-order.saga.ts';
import { seesReplies, WakeTimer } from './wake-ups/wake-timer.ts';
import type { WakeUpStore } from './wake-ups/wake-up-store.ts';

/**
 * The order service between its doors and its database: the saga, the lanes that carry it, and what begins and moves
 * sagas. The service composes it over PostgreSQL and Kafka, the simulation over a store and a broker in memory.
 */
export type OrderCoreConfig = Pick<
  OrderServiceConfig,
  | 'ORDER_PARTICIPANT'
  | 'PAYMENT_PARTICIPANT'
  | 'INVENTORY_PARTICIPANT'
  | 'STEP_DEADLINE_MS'
  | 'ATTEMPT_TIMEOUT_MS'
  | 'MAX_ATTEMPT_TIMEOUT_MS'
  | 'ATTENTION_AFTER_MS'
  | 'MAX_SAGAS_IN_FLIGHT'
  | 'RESENDS_PER_SECOND'
  | 'LANES'
  | 'BATCH_CAP'
>;

export interface OrderCoreParts {
  readonly store: {
    readonly pipeline: PipelineStore<OrderMessage, OrderState>;
    readonly admission: AdmissionStore;
    readonly wakeUps: WakeUpStore;
    readonly lookups: OrderLookups;
  };
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  readonly signatures?: MessageSignatures | undefined;
  /** Absent: nobody can tell how long messages were on their way. */
  readonly deliveries?: Deliveries | undefined;
  observe(observation: Observation): void;
}

export interface OrderCore {
  readonly pipeline: Pipeline<OrderMessage, OrderState, OrderAnswer>;
  readonly admission: Admission;
  readonly wakeTimer: WakeTimer;
  readonly watch: OrderWatch;
  readonly desk: OrderDesk;
  readonly definition: SagaDefinition;
  start(): void;
}

/** What the `TurnSql` of this service's pipeline store is. */
export const orderTurnSql = { load: loadOrderState, save: saveOrderState };

export function orderCore(config: OrderCoreConfig, parts: OrderCoreParts): OrderCore {
  const { store, broker, runtime, log, observer, signatures, deliveries, observe } = parts;

  // The saga, and the lanes that carry it.
  const sagaOptions = {
    orderPlacement: config.ORDER_PARTICIPANT,
    seedPayment: config.PAYMENT_PARTICIPANT === 'seed',
    seedInventory: config.INVENTORY_PARTICIPANT === 'seed',
    stepDeadlineMs: config.STEP_DEADLINE_MS,
    timing: {
      attemptMs: config.ATTEMPT_TIMEOUT_MS,
      maxAttemptMs: config.MAX_ATTEMPT_TIMEOUT_MS,
      attentionMs: config.ATTENTION_AFTER_MS,
    },
  };
  const definition = placeOrderSaga(sagaOptions);
  const watch = new OrderWatch(runtime);
  const pipeline = createPipeline({
    name: 'order',
    store: store.pipeline,
    broker,
    runtime,
    log,
    observer,
    decider: orchestrator({ definition, observe, changed: watch.changed }),
    intake: {
      groupId: 'order-service',
      topics: ORDER_TOPICS,
      decode: (incoming) => decodeOrderMessage(incoming, deliveries),
      isUrgent,
    },
    lanes: config.LANES,
    batchCap: config.BATCH_CAP,
    signatures,
  });
  const { lanes } = pipeline;

  // What begins and moves sagas besides replies: admission, wake-ups, and requests.
  const admission = new Admission({
    bound: config.MAX_SAGAS_IN_FLIGHT,
    perSecondWhenSilent: config.RESENDS_PER_SECOND,
    store: store.admission,
    lanes,
    runtime,
    log,
  });
  const wakeTimer = new WakeTimer({
    store: store.wakeUps,
    lanes,
    runtime,
    log,
    sees: () => seesReplies(pipeline.intake.consumer.state(), runtime.monotonicMs()),
    budgetSpent: () => admission.participantsAreSilent(),
  });
  const desk = new OrderDesk({
    lanes,
    admission,
    queries: store.lookups,
    runtime,
    oneLineOnly: takesOneLineOnly(sagaOptions),
  });
  return {
    pipeline,
    admission,
    wakeTimer,
    watch,
    desk,
    definition,
    start() {
      pipeline.start();
      admission.start();
      wakeTimer.start();
    },
  };
}
