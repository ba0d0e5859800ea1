import type { Log, Runtime } from '@order-saga/messaging';
import type { ChargeSettled } from '../messages.ts';
import type { Payment } from '../payments/payment.ts';
import { CallSlots } from '../provider/call-slots.ts';
import { chargeOnce, type PaymentProvider } from '../provider/provider.ts';
import { isTimeout, type ProviderCalls, retryDelayMs } from '../provider/provider-calls.ts';

export interface ChargesOptions {
  readonly provider: PaymentProvider;
  readonly calls: ProviderCalls;
  readonly slots: number;
  readonly callTimeoutMs: number;
  /** A charge older than this may be forgotten by the provider. */
  readonly keyLifetimeMs: number;
  readonly runtime: Runtime;
  readonly log: Log;
  /** The wall clock, for the age of a key. */
  now(): number;
  /** The provider's answer goes back into the lanes. */
  settle(message: ChargeSettled): void;
}

/** Commits of a few hundred payments arrive at once: the line takes them in, and the lease bounds how long they stand in it. */
const LINE_BOUND = 10_000;

/**
 * Calls the provider for payments that are pending by a committed lease, outside lanes and transactions (rule P3). What
 * does not come to an outcome within its lease, for whatever reason, is left: its row says that it is due again.
 */
export class Charges {
  readonly #options: ChargesOptions;
  readonly #slots: CallSlots;
  #isClosed = false;

  constructor(options: ChargesOptions) {
    this.#options = options;
    this.#slots = new CallSlots({ slots: options.slots, lineBound: LINE_BOUND });
  }

  get running(): number {
    return this.#slots.running;
  }

  get inLine(): number {
    return this.#slots.inLine;
  }

  /** How many more could begin at once or as the next: what is due in the table must not stand in line again. */
  get roomForDue(): number {
    const { slots } = this.#options;
    return this.#isClosed ? 0 : Math.max(0, 2 * slots - this.#slots.running - this.#slots.inLine);
  }

  offer(payment: Payment, leaseMs: number, traceparent: string | undefined): void {
    const { runtime, callTimeoutMs } = this.#options;
    // A call that begins later could still be under way when the next holder of the lease makes its own.
    const beginBefore = runtime.monotonicMs() + leaseMs - callTimeoutMs;
    this.#offer({ payment, beginBefore, traceparent, failures: 0 });
  }

  /** Begins nothing more. Resolves when the calls under way have ended. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#slots.close();
  }

  #offer(charge: Charge): void {
    if (!this.#isClosed) this.#slots.offer(() => this.#call(charge));
  }

  async #call(charge: Charge): Promise<void> {
    const { provider, calls, runtime, log, keyLifetimeMs, now, settle } = this.#options;
    const { payment, traceparent } = charge;
    if (this.#isClosed || runtime.monotonicMs() > charge.beginBefore) return;
    const { orderId, id, chargeKey, amount, method } = payment;
    const isKeyForgotten = now() - payment.createdAt > keyLifetimeMs;
    try {
      const request = { chargeKey, amount, method, orderId };
      const outcome = await calls.make('charge', () => chargeOnce(provider, request, isKeyForgotten));
      settle({ kind: 'charge-settled', orderId, paymentId: id, outcome, traceparent });
    } catch (error) {
      log.debug({ orderId, error: String(error) }, 'a charge has no outcome yet');
      if (!isTimeout(error)) this.#retry({ ...charge, failures: charge.failures + 1 });
    }
  }

  /** Within the lease; the slot is free meanwhile. */
  #retry(charge: Charge): void {
    const { runtime } = this.#options;
    const delayMs = retryDelayMs(charge.failures, runtime.random());
    if (runtime.monotonicMs() + delayMs > charge.beginBefore) return;
    runtime.after(delayMs, () => this.#offer(charge));
  }
}

interface Charge {
  readonly payment: Payment;
  readonly beginBefore: number;
  readonly traceparent: string | undefined;
  readonly failures: number;
}
