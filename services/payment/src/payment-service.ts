import {
  type Broker,
  createOperations,
  messageSignatures,
  postgresPipelineStore,
  type Runtime,
} from '@order-saga/messaging';
import {
  brokerCheck,
  createHttpServer,
  createLog,
  createMetrics,
  createReadiness,
  databaseCheck,
  type Log,
  listen,
  mountOperations,
  mountTrpc,
  pipelineObserver,
  randomIds,
  retentionOf,
  stopInOrder,
  systemClock,
  systemRuntime,
  watchedDeliveries,
} from '@order-saga/service-kit';
import type { PaymentConfig } from './config.ts';
import { paymentMetrics } from './metrics.ts';
import { paymentCore } from './payment-core.ts';
import { paymentTurn } from './payments/payment-turn.ts';
import { leaseClaims } from './process-payment/lease-claims.ts';
import type { PaymentProvider } from './provider/provider.ts';
import { simulatedProvider } from './provider/simulated-provider.ts';
import { paymentRouter } from './router.ts';
import { openPaymentsDatabase } from './schema/index.ts';

export interface PaymentSurroundings {
  readonly broker: Broker;
  readonly log?: Log;
  readonly runtime?: Runtime;
  /** Instead of the simulated one; a test's may wrap the one it is given. */
  readonly provider?: (simulated: PaymentProvider) => PaymentProvider;
  /** How long `stop` waits for calls to the provider that are under way. */
  readonly settleMs?: number;
}

export interface PaymentService {
  readonly url: string;
  /** Finishes what it has begun and leaves the rest to whoever takes the expired leases. The broker stays open. */
  stop(): Promise<void>;
}

/** The payment participant, composed. It starts while database or broker are away, and says so in `/ready` (rule O8). */
export async function startPaymentService(
  config: PaymentConfig,
  surroundings: PaymentSurroundings,
): Promise<PaymentService> {
  const { broker } = surroundings;
  const log = surroundings.log ?? createLog({ name: 'payment', level: config.LOG_LEVEL });
  const runtime = surroundings.runtime ?? systemRuntime(systemClock, randomIds(systemClock));
  const metrics = createMetrics({ service: 'payment' });
  const counts = paymentMetrics(metrics, { charges: () => core.charges, undos: () => core.undos });
  const orm = openPaymentsDatabase(config.DATABASE_URL, log);

  const simulated = simulatedProvider({
    databaseUrl: config.DATABASE_URL,
    declineShare: config.PAYMENT_DECLINE_SHARE,
    seed: config.PAYMENT_SEED,
    lateMs: config.PROVIDER_LATE_MS,
    runtime,
    log,
  });
  const provider = surroundings.provider?.(simulated) ?? simulated;
  const observer = pipelineObserver(metrics);
  const core = paymentCore(config, {
    store: {
      pipeline: postgresPipelineStore({
        name: 'payment',
        databaseUrl: config.DATABASE_URL,
        orm,
        turnSql: paymentTurn,
      }),
      leases: (terms) => leaseClaims(orm, terms),
    },
    provider,
    broker,
    runtime,
    log,
    observer,
    signatures: messageSignatures(config.MESSAGE_SIGNING_KEYS),
    deliveries: watchedDeliveries(metrics, systemClock),
    counts,
    now: systemClock.now,
  });

  const operations = createOperations({
    orm,
    intake: core.pipeline.intake,
    retention: retentionOf(config),
    runtime,
    log,
    observer,
  });

  const server = await createHttpServer({ log, corsOrigins: config.CORS_ORIGINS });
  const readiness = createReadiness([databaseCheck(orm), brokerCheck(broker)], { clock: systemClock });
  mountOperations(server, { readiness, metrics });
  await mountTrpc(server, {
    router: paymentRouter(orm, operations.handlers),
    tokens: config.ADMIN_TOKEN,
    log,
  });
  const url = await listen(server, { host: config.HOST, port: config.PORT });

  core.start();
  operations.start();

  const bound = () => new Promise<void>((resolve) => runtime.after(surroundings.settleMs ?? 3_000, resolve));
  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'operations', stop: () => operations.stop() },
        { name: 'calls to the provider', stop: () => Promise.race([core.settleCalls(), bound()]) },
        { name: 'pipeline', stop: () => core.pipeline.stop() },
        { name: 'HTTP server', stop: () => server.close() },
        { name: 'provider', stop: () => simulated.close() },
        { name: 'database', stop: () => orm.close() },
      ]),
  };
}
