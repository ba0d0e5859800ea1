import type { Money } from '@order-saga/contracts';

/**
 * The payment provider. Every call names the charge key and may be made again with it: the same key is the same charge
 * (for as long as the provider remembers keys). A call that rejects, or is not answered, has an unknown outcome.
 */
export interface PaymentProvider {
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /** Returns what was captured; whatever was not captured yet never will be. Unknown keys included. */
  void(chargeKey: string): Promise<Settlement>;
  /** What has become of a charge; null when the provider has never heard of it. */
  find(chargeKey: string): Promise<KnownCharge | null>;
}

export interface ChargeRequest {
  readonly chargeKey: string;
  readonly amount: Money;
  readonly method: string;
  readonly orderId: string;
}

export type ChargeOutcome =
  | { readonly kind: 'captured'; readonly capturedMinor: number }
  /** `code`: UPPER_SNAKE, the provider's reason. */
  | { readonly kind: 'declined'; readonly code: string };

/** After a void: what had been captured, and what of it was given back. */
export interface Settlement {
  readonly capturedMinor: number;
  readonly returnedMinor: number;
}

export interface KnownCharge {
  readonly outcome: ChargeOutcome;
  readonly returnedMinor: number;
}

/** The code of a charge that came after its void. */
export const VOIDED = 'VOIDED';

/**
 * A provider forgets keys after a time, and would then take the same key for a new charge: so a key that may be
 * forgotten is looked up first (rule P2).
 */
export async function chargeOnce(
  provider: PaymentProvider,
  request: ChargeRequest,
  isKeyForgotten: boolean,
): Promise<ChargeOutcome> {
  const known = isKeyForgotten ? await provider.find(request.chargeKey) : null;
  return known ? known.outcome : provider.charge(request);
}

export async function voidOnce(
  provider: PaymentProvider,
  chargeKey: string,
  isKeyForgotten: boolean,
): Promise<Settlement> {
  const known = isKeyForgotten ? await provider.find(chargeKey) : null;
  const capturedMinor = known?.outcome.kind === 'captured' ? known.outcome.capturedMinor : 0;
  const isSettled = known !== null && known.returnedMinor === capturedMinor;
  return isSettled ? { capturedMinor, returnedMinor: known.returnedMinor } : provider.void(chargeKey);
}
