import { TOPICS } from '@order-saga/contracts';
import {
  type Broker,
  createPipeline,
  deadLetter,
  deadLetterStore,
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
  stopInOrder,
  systemClock,
  systemRuntime,
} from '@order-saga/service-kit';
import { Undos } from './compensate-payment/undos.ts';
import type { PaymentConfig } from './config.ts';
import { decodePaymentMessage } from './decode.ts';
import { isUrgent, type PaymentAnswer, type PaymentMessage } from './messages.ts';
import { paymentMetrics } from './metrics.ts';
import { leaseHolder } from './payments/lease.ts';
import { paymentDecider } from './payments/payment-decider.ts';
import type { PaymentState } from './payments/payment-state.ts';
import { paymentTurn } from './payments/payment-turn.ts';
import { Charges } from './process-payment/charges.ts';
import { leaseClaims } from './process-payment/lease-claims.ts';
import { LeaseSweep } from './process-payment/lease-sweep.ts';
import type { PaymentProvider } from './provider/provider.ts';
import { ProviderCalls } from './provider/provider-calls.ts';
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

const HOUR_MS = 3_600_000;

/** The payment participant, composed. It starts while database or broker are away, and says so in `/ready` (rule O8). */
export async function startPaymentService(
  config: PaymentConfig,
  surroundings: PaymentSurroundings,
): Promise<PaymentService> {
  const { broker } = surroundings;
  const log = surroundings.log ?? createLog({ name: 'payment', level: config.LOG_LEVEL });
  const runtime = surroundings.runtime ?? systemRuntime(systemClock, randomIds(systemClock));
  const metrics = createMetrics({ service: 'payment' });
  const observer = paymentMetrics(metrics, { charges: () => charges, undos: () => undos });
  const orm = openPaymentsDatabase(config.DATABASE_URL, log);
  const lease = {
    by: leaseHolder(config.INSTANCE_NAME, runtime.uuid()),
    firstMs: config.LEASE_MS,
    longestMs: config.LEASE_MAX_MS,
  };

  const simulated = simulatedProvider({
    databaseUrl: config.DATABASE_URL,
    declineShare: config.PAYMENT_DECLINE_SHARE,
    seed: config.PAYMENT_SEED,
    lateMs: config.PROVIDER_LATE_MS,
    runtime,
    log,
  });
  const provider = surroundings.provider?.(simulated) ?? simulated;
  const calling = {
    provider,
    calls: new ProviderCalls({ runtime, log, observer, timeoutMs: config.PROVIDER_CALL_TIMEOUT_MS }),
    keyLifetimeMs: config.PROVIDER_KEY_LIFETIME_HOURS * HOUR_MS,
    now: systemClock.now,
    runtime,
    log,
  };

  const pipeline = createPipeline<PaymentMessage, PaymentState, PaymentAnswer>({
    name: 'payment',
    databaseUrl: config.DATABASE_URL,
    orm,
    broker,
    runtime,
    log,
    observer: pipelineObserver(metrics),
    decider: paymentDecider({ lease, horizonMs: config.COMMAND_HORIZON_HOURS * HOUR_MS }),
    turnSql: paymentTurn,
    intake: {
      groupId: 'payment-service',
      topics: [TOPICS.paymentCommands.name],
      decode: decodePaymentMessage,
      isUrgent,
      onCommitted: afterCommit,
    },
    lanes: config.LANES,
    batchCap: config.BATCH_CAP,
  });

  /** A charge is handled, for Kafka, once `pending` has committed (rule P3); an undo only after its second turn (P2). */
  function afterCommit(message: PaymentMessage, answer: PaymentAnswer, finish: () => void): void {
    observer.committed(message, answer);
    if (answer.kind === 'void' && message.kind === 'compensate') {
      undos.begin(message, answer, finish);
      return;
    }
    finish();
    if (answer.kind === 'charge' && message.kind === 'process')
      charges.offer(answer.payment, answer.leaseMs, message.traceparent);
  }

  const charges = new Charges({
    ...calling,
    slots: config.PROVIDER_SLOTS,
    callTimeoutMs: config.PROVIDER_CALL_TIMEOUT_MS,
    settle: (message) =>
      pipeline.lanes.push({
        message,
        isUrgent: true,
        committed: (answer) => observer.committed(message, answer),
        // The row is still pending: the next lease asks the provider again.
        parked: async (fault) =>
          log.error({ orderId: message.orderId, ...fault }, 'a charge cannot be settled'),
      }),
  });
  const deadLetters = deadLetterStore(orm);
  const undos = new Undos({
    ...calling,
    slots: config.PROVIDER_UNDO_SLOTS,
    settle: (message, ended) =>
      pipeline.lanes.push({
        message,
        isUrgent: true,
        committed(answer) {
          observer.committed(message, answer);
          ended.committed();
        },
        parked: ended.parked,
      }),
    park: (message, fault) => deadLetters.park(deadLetter(message.incoming, fault)),
  });
  const sweep = new LeaseSweep({
    claims: leaseClaims(orm, lease),
    charges,
    everyMs: config.LEASE_SWEEP_MS,
    runtime,
    log,
  });

  const server = await createHttpServer({ log, corsOrigins: config.CORS_ORIGINS });
  const readiness = createReadiness([databaseCheck(orm), brokerCheck(broker)], { clock: systemClock });
  mountOperations(server, { readiness, metrics });
  await mountTrpc(server, { router: paymentRouter(orm), token: config.ADMIN_TOKEN, log });
  const url = await listen(server, { host: config.HOST, port: config.PORT });

  sweep.start();
  pipeline.start();

  /** What is queued may still begin calls, and their answers come back into the lanes: in this order nothing is cut off. */
  const settleCalls = async () => {
    pipeline.intake.close();
    await Promise.all([pipeline.lanes.settled(), sweep.stop()]);
    await Promise.all([charges.close(), undos.close()]);
  };
  const bound = () => new Promise<void>((resolve) => runtime.after(surroundings.settleMs ?? 3_000, resolve));
  return {
    url,
    stop: () =>
      stopInOrder([
        { name: 'calls to the provider', stop: () => Promise.race([settleCalls(), bound()]) },
        { name: 'pipeline', stop: () => pipeline.stop() },
        { name: 'HTTP server', stop: () => server.close() },
        { name: 'provider', stop: () => simulated.close() },
        { name: 'database', stop: () => orm.close() },
      ]),
  };
}
