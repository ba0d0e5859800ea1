import { TOPICS } from '@order-saga/contracts';
import { type Broker, createKafkaBroker, messageSignatures } from '@order-saga/messaging/transport';
import {
  brokerCheck,
  createHttpServer,
  createLog,
  createMetrics,
  createReadiness,
  type Log,
  listen,
  mountOperations,
  type Running,
  randomIds,
  runProcess,
  stopInOrder,
  systemClock,
} from '@order-saga/service-kit';
import { authenticateBy } from './auth/authenticate.ts';
import type { Authenticate } from './auth/principal.ts';
import { type GatewayConfig, readGatewayConfig } from './config.ts';
import { mountConsole } from './console/console.ts';
import { probeOf } from './console/probe.ts';
import { Sampler } from './console/sampler.ts';
import { gatewayMetrics } from './gateway-metrics.ts';
import { OrderFeed } from './order-feed/order-feed.ts';
import { mountPages } from './pages/pages.ts';
import { watchLoad } from './pipeline/load.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { rateLimit } from './pipeline/rate-limit.ts';
import { readManifest, TrustedDocuments } from './pipeline/trusted-documents.ts';
import { mountPlayground } from './playground/playground.ts';
import { SagaFeed } from './saga-feed/feed.ts';
import { consumeOrderEvents } from './saga-feed/order-events.ts';
import { recheckSagas, startRecheck } from './saga-feed/recheck.ts';
import { createSchema } from './schema/executable.ts';
import { peerCheck } from './services/peer-check.ts';
import { Prices } from './services/prices.ts';
import { remoteOrderChanges } from './services/remote-order-changes.ts';
import { sagaHistoryOf } from './services/saga-history.ts';
import { connectServices } from './services/services.ts';
import { clientAddress } from './transports/client-address.ts';
import { ConnectionLimit } from './transports/connection-limit.ts';
import { createEventStreams } from './transports/event-streams.ts';
import { mountHttp } from './transports/http.ts';
import { mountWebSocket } from './transports/websocket.ts';

const GRAPHQL = '/graphql';

export interface GatewayParts {
  /** Another broker than Kafka, as when all services share one process; it is not closed here. */
  readonly broker?: Broker;
  readonly log?: Log;
  /** Another way to tell who is asking than the configured one. */
  readonly authenticate?: Authenticate;
}

export interface RunningGateway extends Running {
  readonly url: string;
}

/** The gateway, part by part, in the order in which they stand on one another. */
export async function startGateway(config: GatewayConfig, parts: GatewayParts = {}): Promise<RunningGateway> {
  const log = parts.log ?? createLog({ name: 'gateway', level: config.LOG_LEVEL });
  const ids = randomIds(systemClock);
  const metrics = createMetrics({ service: 'gateway', withProcess: parts.broker === undefined });
  const counted = gatewayMetrics(metrics);

  const connection = {
    orders: config.ORDER_SERVICE_URL,
    payments: config.PAYMENT_SERVICE_URL,
    products: config.INVENTORY_SERVICE_URL,
    token: config.ADMIN_TOKEN[0],
    timeoutMs: config.SERVICE_TIMEOUT_MS,
    restartMs: config.SERVICE_RESTART_MS,
    clock: systemClock,
    random: ids.random,
    onCall: counted.onCall,
    onRetry: counted.onRetry,
  };
  const services = connectServices(connection);
  const prices = new Prices({
    products: services.products,
    maxAgeMs: config.PRICE_MAX_AGE_MS,
    maxAgeInOutageMs: config.PRICE_MAX_AGE_IN_OUTAGE_MS,
    monotonic: systemClock.monotonic,
  });

  const history = sagaHistoryOf(services.orders);
  const onFetchFailed = (err: unknown) => log.warn({ err }, 'the course of an order could not be read');
  const feed = new SagaFeed({ history, maxBehind: config.MAX_UPDATES_BEHIND, onFetchFailed });
  const orderFeed = new OrderFeed({
    source: remoteOrderChanges(services.orders),
    onReadFailed: (err) => log.warn({ err }, 'the orders of a customer could not be read'),
    monotonic: systemClock.monotonic,
  });
  const broker =
    parts.broker ??
    createKafkaBroker({
      brokers: config.KAFKA_BROKERS,
      clientId: `gateway-${config.INSTANCE_NAME}`,
      topics: [TOPICS.orderEvents],
      log,
    });
  const orderEvents = consumeOrderEvents({
    broker,
    feed,
    orderFeed,
    instanceId: config.INSTANCE_NAME,
    signatures: messageSignatures(config.MESSAGE_SIGNING_KEYS),
    onForged({ topic, partition, offset }, { cause, detail }) {
      counted.onForgedEvent(cause);
      log.debug({ cause, detail, topic, partition, offset: String(offset) }, 'an order event is not ours');
    },
    onUnreadable({ topic, partition, offset }, err) {
      counted.onUnreadableEvent();
      log.warn({ err, topic, partition, offset: String(offset) }, 'an order event does not decode');
    },
  });

  const documents = new TrustedDocuments({
    stage: config.TRUSTED_DOCUMENTS,
    texts: config.TRUSTED_DOCUMENTS_FILE ? await readManifest(config.TRUSTED_DOCUMENTS_FILE) : new Map(),
    onUntrusted(hash) {
      counted.onUntrustedDocument();
      log.info({ documentId: hash }, 'a document was executed that is none of the trusted ones');
    },
  });
  const load = watchLoad({ maxDelayMs: config.MAX_EVENT_LOOP_DELAY_MS });
  const authenticate = parts.authenticate ?? authenticateBy(config);
  const pipeline = new Pipeline({
    schema: createSchema(),
    shared: { services, prices, history, feed, orderFeed, log, newId: ids.uuid },
    authenticate,
    limits: {
      tokens: config.MAX_TOKENS,
      depth: config.MAX_DEPTH,
      aliases: config.MAX_ALIASES,
      rootFields: config.MAX_ROOT_FIELDS,
      directives: config.MAX_DIRECTIVES,
      cost: config.MAX_COST,
    },
    introspection: config.INTROSPECTION,
    suggestions: config.INTROSPECTION && config.NODE_ENV !== 'production',
    documents,
    rate: rateLimit(config.MAX_OPERATIONS_PER_MINUTE),
    load,
    log,
    onError: counted.onError,
  });

  const server = await createHttpServer({
    log,
    corsOrigins: config.CORS_ORIGINS,
    bodyLimitBytes: config.MAX_BODY_BYTES,
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const readiness = createReadiness([brokerCheck(broker), ...Object.values(services).map(peerCheck)], {
    clock: systemClock,
  });
  mountOperations(server, { readiness, metrics });
  // An operator wants to see that a service is away, not to wait until it is back.
  const impatient = connectServices({ ...connection, restartMs: 0 });
  const probe = probeOf(impatient, {
    order: config.ORDER_SERVICE_URL,
    payment: config.PAYMENT_SERVICE_URL,
    inventory: config.INVENTORY_SERVICE_URL,
  });
  const sampler = new Sampler({ read: probe.readings, everyMs: config.CHARTS_EVERY_MS, clock: systemClock });
  await mountConsole(server, { services: impatient, probe, sampler, readiness, authenticate, log });
  await mountPages(server, { folder: config.PAGES_DIR, log });
  const page = config.PLAYGROUND ? await mountPlayground(server, { graphqlPath: GRAPHQL }) : undefined;
  const connections = new ConnectionLimit({
    total: config.MAX_CONNECTIONS,
    perClient: config.MAX_CONNECTIONS_PER_CLIENT,
  });
  const streams = createEventStreams({
    pipeline,
    connections,
    pingEveryMs: config.PING_EVERY_MS,
    now: systemClock.now,
    log,
  });
  const http = await mountHttp({
    server,
    path: GRAPHQL,
    pipeline,
    origins: config.CORS_ORIGINS,
    streams,
    log,
    ...(page === undefined ? {} : { page }),
  });
  const webSocket = mountWebSocket({
    server: server.server,
    path: GRAPHQL,
    pipeline,
    origins: config.CORS_ORIGINS,
    connections,
    addressOf: clientAddress(config.TRUSTED_PROXIES),
    maxMessageBytes: config.MAX_BODY_BYTES,
    maxSubscriptionsPerConnection: config.MAX_SUBSCRIPTIONS_PER_CONNECTION,
    connectionInitTimeoutMs: config.CONNECTION_INIT_TIMEOUT_MS,
    pingEveryMs: config.PING_EVERY_MS,
    now: systemClock.now,
    log,
  });
  counted.watch({
    connections: () => webSocket.size,
    streams: () => streams.size,
    watchedOrders: () => feed.size,
    watchedCustomers: () => orderFeed.size,
  });

  const url = await listen(server, { host: config.HOST, port: config.PORT });
  sampler.start();
  const rechecks = [() => recheckSagas(feed, history), () => orderFeed.recheck()].map((recheck) =>
    startRecheck({
      recheck,
      everyMs: config.RECHECK_EVERY_MS,
      random: ids.random,
      onFailed: (err) => log.warn({ err }, 'open streams could not be checked'),
    }),
  );
  // Not awaited: without the broker streams still move, by re-checks.
  orderEvents.start().catch((err) => log.error({ err }, 'order events cannot be read'));
  if (config.AUTH !== 'jwt' && config.NODE_ENV === 'production') {
    log.warn({ auth: config.AUTH }, 'every request without a token acts as the demo customer');
  }
  log.info({ url, graphql: `${url}${GRAPHQL}` }, 'listening');

  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'event streams', stop: streams.stop },
        { name: 'WebSocket', stop: webSocket.stop },
        { name: 'HTTP server', stop: () => server.close() },
        { name: 'Apollo Server', stop: http.stop },
        ...rechecks.map(({ stop }) => ({ name: 're-checks', stop })),
        { name: 'charts', stop: () => sampler.stop() },
        { name: 'order events', stop: () => orderEvents.stop() },
        { name: 'load', stop: load.stop },
        { name: 'broker', stop: () => (parts.broker === undefined ? broker.close() : undefined) },
      ]),
  };
}

if (import.meta.main) {
  await runProcess('gateway', {
    configure: readGatewayConfig,
    start: (config, log) => startGateway(config, { log }),
  });
}
