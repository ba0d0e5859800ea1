import { TOPICS } from '@order-saga/contracts';
import {
  type Broker,
  createPipeline,
  type Deliveries,
  deadLetter,
  type Log,
  type MessageSignatures,
  type Observer,
  type Pipeline,
  type PipelineStore,
  type Runtime,
} from '@order-saga/messaging';
import { Undos } from './compensate-payment/undos.ts';
import type { PaymentConfig } from './config.ts';
import { decodePaymentMessage } from './decode.ts';
import { isUrgent, type PaymentAnswer, type PaymentMessage } from './messages.ts';
import { type LeaseTerms, leaseHolder } from './payments/lease.ts';
import { paymentDecider } from './payments/payment-decider.ts';
import type { PaymentState } from './payments/payment-state.ts';
import { Charges } from './process-payment/charges.ts';
import type { LeaseClaims } from './process-payment/lease-claims.ts';
import { LeaseSweep } from './process-payment/lease-sweep.ts';
import type { PaymentProvider } from './provider/provider.ts';
import { type CallObserver, ProviderCalls } from './provider/provider-calls.ts';

/**
 * The payment participant between its doors, its database and the provider. The service composes it over PostgreSQL and
 * Kafka, the simulation over a store and a broker in memory.
 */
export type PaymentCoreConfig = Pick<
  PaymentConfig,
  | 'INSTANCE_NAME'
  | 'LANES'
  | 'BATCH_CAP'
  | 'PROVIDER_SLOTS'
  | 'PROVIDER_UNDO_SLOTS'
  | 'PROVIDER_CALL_TIMEOUT_MS'
  | 'PROVIDER_KEY_LIFETIME_HOURS'
  | 'LEASE_MS'
  | 'LEASE_MAX_MS'
  | 'LEASE_SWEEP_MS'
  | 'COMMAND_HORIZON_HOURS'
>;

export interface PaymentCoreParts {
  readonly store: {
    readonly pipeline: PipelineStore<PaymentMessage, PaymentState>;
    leases(terms: LeaseTerms): LeaseClaims;
  };
  readonly provider: PaymentProvider;
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  readonly signatures?: MessageSignatures | undefined;
  /** Absent: replies say nothing of the way of their commands. */
  readonly deliveries?: Deliveries | undefined;
  readonly counts: CallObserver & { committed(message: PaymentMessage, answer: PaymentAnswer): void };
  /** The wall clock, for the age of a provider's key. */
  now(): number;
}

export interface PaymentCore {
  readonly pipeline: Pipeline<PaymentMessage, PaymentState, PaymentAnswer>;
  readonly charges: Charges;
  readonly undos: Undos;
  start(): void;
  /** Takes nothing more. Resolves when no call to the provider is under way and what it answered is committed. */
  settleCalls(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function paymentCore(config: PaymentCoreConfig, parts: PaymentCoreParts): PaymentCore {
  const { store, provider, broker, runtime, log, observer, signatures, deliveries, counts, now } = parts;
  const { deadLetters } = store.pipeline;
  const lease: LeaseTerms = {
    by: leaseHolder(config.INSTANCE_NAME, runtime.uuid()),
    firstMs: config.LEASE_MS,
    longestMs: config.LEASE_MAX_MS,
  };
  const calling = {
    provider,
    calls: new ProviderCalls({ runtime, log, observer: counts, timeoutMs: config.PROVIDER_CALL_TIMEOUT_MS }),
    keyLifetimeMs: config.PROVIDER_KEY_LIFETIME_HOURS * HOUR_MS,
    now,
    runtime,
    log,
  };

  const pipeline = createPipeline<PaymentMessage, PaymentState, PaymentAnswer>({
    name: 'payment',
    store: store.pipeline,
    broker,
    runtime,
    log,
    observer,
    decider: paymentDecider({ lease, horizonMs: config.COMMAND_HORIZON_HOURS * HOUR_MS }),
    intake: {
      groupId: 'payment-service',
      topics: [TOPICS.paymentCommands.name],
      decode(incoming) {
        deliveries?.note(incoming);
        return decodePaymentMessage(incoming);
      },
      isUrgent,
      onCommitted: afterCommit,
    },
    lanes: config.LANES,
    batchCap: config.BATCH_CAP,
    signatures,
    deliveries,
  });

  /** A charge is handled, for Kafka, once `pending` has committed (rule P3); an undo only after its second turn (P2). */
  function afterCommit(message: PaymentMessage, answer: PaymentAnswer, finish: () => void): void {
    counts.committed(message, answer);
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
        committed: (answer) => counts.committed(message, answer),
        // The row is still pending: the next lease asks the provider again.
        parked: async (fault) =>
          log.error({ orderId: message.orderId, ...fault }, 'a charge cannot be settled'),
      }),
  });
  const undos = new Undos({
    ...calling,
    slots: config.PROVIDER_UNDO_SLOTS,
    settle: (message, ended) =>
      pipeline.lanes.push({
        message,
        isUrgent: true,
        committed(answer) {
          counts.committed(message, answer);
          ended.committed();
        },
        parked: ended.parked,
      }),
    park: (message, fault) => deadLetters.park(deadLetter(message.incoming, fault)),
  });
  const sweep = new LeaseSweep({
    claims: store.leases(lease),
    charges,
    everyMs: config.LEASE_SWEEP_MS,
    runtime,
    log,
  });

  return {
    pipeline,
    charges,
    undos,
    start() {
      sweep.start();
      pipeline.start();
    },
    /** What is queued may still begin calls, and their answers come back into the lanes: in this order nothing is cut off. */
    async settleCalls() {
      pipeline.intake.close();
      await Promise.all([pipeline.lanes.settled(), sweep.stop()]);
      await Promise.all([charges.close(), undos.close()]);
    },
  };
}
