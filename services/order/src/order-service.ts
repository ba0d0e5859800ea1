import { ALL_TOPICS, createOrderRouter } from '@order-saga/contracts';
import {
  type Broker,
  type Consumer,
  createKafkaBroker,
  createOperations,
  messageSignatures,
  postgresPipelineStore,
} from '@order-saga/messaging';
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
  pipelineObserver,
  type ReadinessCheck,
  type Running,
  randomIds,
  retentionOf,
  stopInOrder,
  systemClock,
  systemRuntime,
  watchedDeliveries,
} from '@order-saga/service-kit';
import { type Caller, createAuthentication } from '@order-saga/service-kit/auth';
import { admissionStore } from './admission/admission-store.ts';
import { OrderChangeQueries } from './changes/order-changes.ts';
import type { OrderServiceConfig } from './config.ts';
import { SagaInspector } from './inspection/inspect-saga.ts';
import { sagaObserver } from './orchestrator/saga-metrics.ts';
import { orderCore, orderTurnSql } from './order-core.ts';
import { OrderQueries } from './orders/order-queries.ts';
import { mountOrderRoutes } from './rest/order-routes.ts';
import { openOrdersDatabase } from './schema/database.ts';
import { orderHandlers } from './trpc/order-handlers.ts';
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

/** The seed's clients send no token: in development they may do everything. */
const ANYONE: Caller = { scope: 'all', customerId: null, roles: [], expiresAt: null };

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
  const orm = openOrdersDatabase(config.DATABASE_URL, log);
  const broker =
    parts.broker ??
    createKafkaBroker({
      brokers: config.KAFKA_BROKERS,
      clientId: config.INSTANCE_NAME,
      log,
      topics: ALL_TOPICS,
      memberStateDir: config.STATE_DIR,
    });

  const queries = new OrderQueries(orm);
  const store = {
    pipeline: postgresPipelineStore({
      name: 'order',
      databaseUrl: config.DATABASE_URL,
      orm,
      turnSql: orderTurnSql,
    }),
    admission: admissionStore(orm),
    wakeUps: wakeUpStore(orm, { resendsPerSecond: config.RESENDS_PER_SECOND }),
    lookups: queries,
  };
  const observer = pipelineObserver(metrics);
  const observe = sagaObserver(metrics, log);
  const signatures = messageSignatures(config.MESSAGE_SIGNING_KEYS);
  const deliveries = watchedDeliveries(metrics, systemClock);
  const core = orderCore(config, { store, broker, runtime, log, observer, signatures, deliveries, observe });
  const { pipeline, admission, wakeTimer, watch, desk } = core;

  const operations = createOperations({
    orm,
    intake: pipeline.intake,
    retention: retentionOf(config),
    runtime,
    log,
    observer,
  });

  // The doors.
  const server = await createHttpServer({ log, corsOrigins: config.CORS_ORIGINS });
  mountOperations(server, {
    metrics,
    readiness: createReadiness([databaseCheck(orm), brokerCheck(broker), consumerCheck(pipeline.intake)], {
      clock: systemClock,
    }),
  });
  mountOrderRoutes(server, {
    desk,
    queries,
    watch,
    authenticate: createAuthentication(config, { anonymous: ANYONE }),
  });
  await mountTrpc(server, {
    router: createOrderRouter(
      orderHandlers({
        operations: operations.handlers,
        desk,
        queries,
        changes: new OrderChangeQueries(orm),
        inspector: new SagaInspector(orm, core.definition),
      }),
    ),
    tokens: config.ADMIN_TOKEN,
    log,
  });

  core.start();
  operations.start();
  const url = await listen(server, { host: config.HOST, port: config.PORT });
  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'admission', stop: () => admission.stop() },
        { name: 'wake-ups', stop: () => wakeTimer.stop() },
        { name: 'waiting clients', stop: () => watch.stop() },
        { name: 'doors', stop: () => server.close() },
        { name: 'operations', stop: () => operations.stop() },
        { name: 'pipeline', stop: () => pipeline.stop() },
        { name: 'broker', stop: () => (parts.broker ? undefined : broker.close()) },
        { name: 'database', stop: () => orm.close() },
      ]),
  };
}
