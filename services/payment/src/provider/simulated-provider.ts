import { hash } from 'node:crypto';
import type { PaymentMethod } from '@order-saga/contracts';
import type { Log, Runtime } from '@order-saga/messaging';
import { GroupWriter } from './group-writer.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { ChargeOutcome, ChargeRequest, PaymentProvider, Settlement } from './provider.ts';

export interface SimulatedProviderOptions {
  readonly databaseUrl: string;
  /** Share of credit card charges that are declined, 0 to 1. */
  readonly declineShare: number;
  /** With it, which orders are declined is the same in every run. */
  readonly seed: string;
  /** How late `test_late` is answered. */
  readonly lateMs: number;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface SimulatedProvider extends PaymentProvider {
  close(): Promise<void>;
}

/**
 * A payment provider in a table: idempotent by charge key, with a book that the service never reads. What it does with
 * a charge follows from the payment method; a void that comes before its charge makes the provider refuse the charge.
 */
export function simulatedProvider(options: SimulatedProviderOptions): SimulatedProvider {
  const { runtime, seed, declineShare } = options;
  const ledger = new Ledger(options.databaseUrl, options.log);
  const charges = new GroupWriter<LedgerEntry, ChargeOutcome>(runtime, (entries) => ledger.settle(entries));
  const voids = new GroupWriter<string, Settlement>(runtime, (keys) => ledger.void(keys));

  return {
    async charge(request) {
      switch (request.method as PaymentMethod) {
        case 'test_approve':
          return charges.submit(entryOf(request, null));
        case 'credit_card':
          return charges.submit(
            entryOf(request, isDeclined(request.orderId, seed, declineShare) ? 'CARD_DECLINED' : null),
          );
        case 'test_decline':
          return charges.submit(entryOf(request, 'INSUFFICIENT_FUNDS'));
        case 'test_late':
          await new Promise<void>((resolve) => runtime.after(options.lateMs, resolve));
          return charges.submit(entryOf(request, null));
        case 'test_never':
          return new Promise<never>(() => undefined);
        default:
          return charges.submit(entryOf(request, 'UNSUPPORTED_METHOD'));
      }
    },
    void: (chargeKey) => voids.submit(chargeKey),
    find: async (chargeKey) => (await ledger.find([chargeKey]))[0] ?? null,
    close: () => ledger.close(),
  };
}

const entryOf = (request: ChargeRequest, declineCode: string | null): LedgerEntry => ({
  chargeKey: request.chargeKey,
  kind: declineCode === null ? 'charge' : 'decline',
  amountMinor: request.amount.minor,
  currency: request.amount.currency,
  code: declineCode,
});

/** 48 bits of a hash, as a fraction: below the share is declined. */
export const isDeclined = (orderId: string, seed: string, share: number): boolean =>
  Number.parseInt(hash('sha256', `${seed}:${orderId}`).slice(0, 12), 16) / 2 ** 48 < share;
