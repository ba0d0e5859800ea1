import {
  type ChargeOutcome,
  type ChargeRequest,
  type KnownCharge,
  type PaymentProvider,
  type Settlement,
  VOIDED,
} from '@order-saga/payment-service/core';
import type { Life } from '../world/life.ts';
import type { World } from '../world/world.ts';

/** One key in the provider's book: settled once for ever as a charge, a decline or a void; a charge may be returned. */
export interface LedgerEntry {
  readonly kind: 'charge' | 'decline' | 'void';
  readonly amountMinor: number;
  readonly currency: string;
  readonly code: string | null;
  refundedMinor: number;
}

/** The payment provider of a world, with a book of its own that only the checker compares with the payments. */
export class SimProvider {
  readonly book = new Map<string, LedgerEntry>();
  /** Calls that are late: what they ask for is still to be done. */
  underWay = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  for(life: Life): PaymentProvider {
    return {
      charge: (request) => this.#call(life, 'charge', () => this.#charge(request)),
      void: (key) => this.#call(life, 'void', () => this.#void(key)),
      find: (key) => this.#call(life, 'find', () => this.#find(key)),
    };
  }

  async #call<Answer>(life: Life, what: string, act: () => Answer): Promise<Answer> {
    const world = this.#world;
    const fault = world.faults.at('provider');
    if (fault !== undefined) world.note(`${fault.kind} at ${what}`);
    switch (fault?.kind) {
      case undefined:
        return world.ask(life, what, act);
      case 'provider-error':
        return world.ask(life, what, () => {
          if (fault.isDone) act();
          throw new Error('502 Bad Gateway');
        });
      case 'provider-never':
        if (fault.isDone) await world.ask(life, what, act);
        return new Promise(() => undefined);
      case 'provider-late':
        this.underWay += 1;
        await new Promise<void>((resolve) => {
          world.scheduler.after(fault.byMs, null, () => {
            this.underWay -= 1;
            life.deliver(resolve);
          });
        });
        return world.ask(life, what, act);
      default:
        throw new Error(`no such fault: ${fault satisfies never}`);
    }
  }

  #charge({ chargeKey, amount, method }: ChargeRequest): ChargeOutcome {
    const known = this.book.get(chargeKey);
    if (known !== undefined) return outcomeOf(known);
    const isDeclined = method !== 'test_approve';
    const entry: LedgerEntry = {
      kind: isDeclined ? 'decline' : 'charge',
      amountMinor: isDeclined ? 0 : amount.minor,
      currency: amount.currency,
      code: isDeclined ? 'INSUFFICIENT_FUNDS' : null,
      refundedMinor: 0,
    };
    this.book.set(chargeKey, entry);
    return outcomeOf(entry);
  }

  #void(chargeKey: string): Settlement {
    let entry = this.book.get(chargeKey);
    if (entry === undefined) {
      entry = { kind: 'void', amountMinor: 0, currency: 'XXX', code: null, refundedMinor: 0 };
      this.book.set(chargeKey, entry);
    }
    if (entry.kind === 'charge') entry.refundedMinor = entry.amountMinor;
    return { capturedMinor: entry.amountMinor, returnedMinor: entry.refundedMinor };
  }

  #find(chargeKey: string): KnownCharge | null {
    const entry = this.book.get(chargeKey);
    return entry === undefined ? null : { outcome: outcomeOf(entry), returnedMinor: entry.refundedMinor };
  }
}

const outcomeOf = (entry: LedgerEntry): ChargeOutcome =>
  entry.kind === 'charge'
    ? { kind: 'captured', capturedMinor: entry.amountMinor }
    : { kind: 'declined', code: entry.code ?? VOIDED };
