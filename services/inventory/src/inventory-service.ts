import { TOPICS } from '@order-saga/contracts';
import {
  type Broker,
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
  type Running,
  randomIds,
  retentionOf,
  stopInOrder,
  systemClock,
  systemRuntime,
  watchedDeliveries,
} from '@order-saga/service-kit';
import { inventoryTurnSql } from './commands/turn-sql.ts';
import type { InventoryConfig } from './config.ts';
import { inventoryPipeline } from './inventory-core.ts';
import { answerCounter } from './metrics.ts';
import { requestRestock } from './restock/request-restock.ts';
import { inventoryRouter } from './router.ts';
import { openInventoryOrm } from './schema/orm.ts';

/** What the service sends to and reads from. */
export const INVENTORY_TOPICS = [TOPICS.inventoryCommands, TOPICS.inventoryEvents, TOPICS.orderReplies];

export interface InventoryService extends Running {
  readonly url: string;
}

/**
 * The inventory service: commands from `inventory-service-commands` go through the lanes into its database, and its
 * replies and events from there to the broker. The caller owns the broker.
 */
export async function startInventoryService(
  config: Omit<InventoryConfig, 'KAFKA_BROKERS' | 'STATE_DIR' | 'NODE_ENV' | 'LOG_LEVEL'>,
  { broker, log }: { readonly broker: Broker; readonly log: Log },
): Promise<InventoryService> {
  const orm = openInventoryOrm(config.DATABASE_URL, log);
  const metrics = createMetrics({ service: 'inventory' });
  const runtime = systemRuntime(systemClock, randomIds(systemClock));
  const observer = pipelineObserver(metrics);

  const pipeline = inventoryPipeline(config, {
    store: postgresPipelineStore({
      name: 'inventory',
      databaseUrl: config.DATABASE_URL,
      orm,
      turnSql: inventoryTurnSql,
    }),
    broker,
    runtime,
    log,
    observer,
    signatures: messageSignatures(config.MESSAGE_SIGNING_KEYS),
    deliveries: watchedDeliveries(metrics, systemClock),
    countAnswer: answerCounter(metrics),
  });

  const operations = createOperations({
    orm,
    intake: pipeline.intake,
    retention: retentionOf(config),
    runtime,
    log,
    observer,
  });

  const server = await createHttpServer({ log, corsOrigins: config.CORS_ORIGINS });
  const checks = [databaseCheck(orm), brokerCheck(broker)];
  mountOperations(server, { readiness: createReadiness(checks, { clock: systemClock }), metrics });
  const router = inventoryRouter(orm, operations.handlers, { restock: requestRestock(pipeline.lanes) });
  await mountTrpc(server, { router, tokens: config.ADMIN_TOKEN, log });

  const url = await listen(server, { host: config.HOST, port: config.PORT });
  // Sweeping and consuming begin by themselves: nothing here waits for a broker or a database that is away (rule O8).
  pipeline.start();
  operations.start();
  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'the HTTP server', stop: () => server.close() },
        { name: 'operations', stop: () => operations.stop() },
        { name: 'the pipeline', stop: () => pipeline.stop() },
        { name: 'the database pool', stop: () => orm.close() },
      ]),
  };
}
