import { ALL_TOPICS, createOrderRouter } from '@order-saga/contracts';
import { type Broker, type Consumer, createKafkaBroker, createPipeline } from '@order-saga/messaging';
import {
  brokerCheck,
  createHttpServer,
  createMetrics,
  createReadiness,
  databaseCheck,
  type Log,
  listen,
  mountOperations,
  mountTrpc,
  openOrm,
  pipelineObserver,
  type ReadinessCheck,
  type Running,
  randomIds,
  stopInOrder,
  systemClock,
  systemRuntime,
} from '@order-saga/service-kit';
import { Admission } from './admission/admission.ts';
import { admissionStore } from './admission/admission-store.ts';
import type { OrderServiceConfig } from './config.ts';
import { decodeOrderMessage, isUrgent, ORDER_TOPICS } from './orchestrator/intake.ts';
import { loadOrderState } from './orchestrator/load.ts';
import { orchestrator } from './orchestrator/orchestrator.ts';
import { sagaObserver } from './orchestrator/saga-metrics.ts';
import { saveOrderState } from './orchestrator/save.ts';
import { OrderDesk } from './orders/order-desk.ts';
import { OrderQueries } from './orders/order-queries.ts';
import { OrderWatch } from './orders/order-watch.ts';
import { placeOrderSaga, takesOneLineOnly } from './place-order/place-order.saga.ts';
import { mountOrderRoutes } from './rest/order-routes.ts';
import { ENTITIES } from './schema/entities.ts';
import { MIGRATIONS } from './schema/migrations.ts';
import { orderHandlers } from './trpc/order-handlers.ts';
import { seesReplies, WakeTimer } from './wake-ups/wake-timer.ts';
import { wakeUpStore } from './wake-ups/wake-up-store.ts';

/** While replies are not read, orders are accepted and their sagas stand still (rule O8). */
const consumerCheck = (intake: { readonly consumer: Pick<Consumer, 'state'> }): ReadinessCheck => ({
  name: 'consumer',
  required: false,
  check() {
    const { phase } = intake.consumer.state();
    return phase === 'consuming' ? null : `replies are not read: the consumer is ${phase}`;
  },
});

/** What a test or the one-process mode brings along instead of what the configuration names. */
export interface OrderServiceParts {
  readonly broker?: Broker;
}

/** The order service, from its database up to its doors. */
export async function startOrderService(
  config: OrderServiceConfig,
  log: Log,
  parts: OrderServiceParts = {},
): Promise<Running & { readonly url: string }> {
  const runtime = systemRuntime(systemClock, randomIds(systemClock));
  const metrics = createMetrics({ service: 'order' });
  const orm = openOrm({ url: config.DATABASE_URL, entities: ENTITIES, migrations: MIGRATIONS, log });
  const broker =
    parts.broker ??
    createKafkaBroker({
      brokers: config.KAFKA_BROKERS,
      clientId: config.INSTANCE_NAME,
      log,
      topics: ALL_TOPICS,
      memberStateDir: config.STATE_DIR,
    });

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
  const watch = new OrderWatch(runtime);
  const observe = sagaObserver(metrics, log);
  const decider = orchestrator({ definition: placeOrderSaga(sagaOptions), observe, changed: watch.changed });
  const pipeline = createPipeline({
    name: 'order',
    databaseUrl: config.DATABASE_URL,
    orm,
    broker,
    runtime,
    log,
    observer: pipelineObserver(metrics),
    decider,
    turnSql: { load: loadOrderState, save: saveOrderState },
    intake: { groupId: 'order-service', topics: ORDER_TOPICS, decode: decodeOrderMessage, isUrgent },
    lanes: config.LANES,
    batchCap: config.BATCH_CAP,
  });
  const { lanes } = pipeline;

  // What begins and moves sagas besides replies: admission, wake-ups, and requests.
  const admission = new Admission({
    bound: config.MAX_SAGAS_IN_FLIGHT,
    perSecondWhenSilent: config.RESENDS_PER_SECOND,
    store: admissionStore(orm),
    lanes,
    runtime,
    log,
  });
  const wakeTimer = new WakeTimer({
    store: wakeUpStore(orm, { resendsPerSecond: config.RESENDS_PER_SECOND }),
    lanes,
    runtime,
    log,
    sees: () => seesReplies(pipeline.intake.consumer.state(), runtime.monotonicMs()),
    budgetSpent: () => admission.participantsAreSilent(),
  });
  const queries = new OrderQueries(orm);
  const desk = new OrderDesk({
    lanes,
    admission,
    queries,
    runtime,
    oneLineOnly: takesOneLineOnly(sagaOptions),
  });

  // The doors.
  const server = await createHttpServer({ log, corsOrigins: config.CORS_ORIGINS });
  mountOperations(server, {
    metrics,
    readiness: createReadiness([databaseCheck(orm), brokerCheck(broker), consumerCheck(pipeline.intake)], {
      clock: systemClock,
    }),
  });
  mountOrderRoutes(server, { desk, queries, watch });
  await mountTrpc(server, {
    router: createOrderRouter(orderHandlers({ orm, desk, queries })),
    token: config.ADMIN_TOKEN,
    log,
  });

  pipeline.start();
  admission.start();
  wakeTimer.start();
  const url = await listen(server, { host: config.HOST, port: config.PORT });
  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'admission', stop: () => admission.stop() },
        { name: 'wake-ups', stop: () => wakeTimer.stop() },
        { name: 'waiting clients', stop: () => watch.stop() },
        { name: 'doors', stop: () => server.close() },
        { name: 'pipeline', stop: () => pipeline.stop() },
        { name: 'broker', stop: () => (parts.broker ? undefined : broker.close()) },
        { name: 'database', stop: () => orm.close() },
      ]),
  };
}
