import { describe, expect, test } from 'vitest';
import {
  type ChargeOutcome,
  chargeOnce,
  type KnownCharge,
  type PaymentProvider,
  voidOnce,
} from '../src/provider/provider.ts';

/** A provider that would take a forgotten key for a new charge, as real ones do after a day. */
function forgetful(known: KnownCharge | null) {
  const calls: string[] = [];
  const provider: PaymentProvider = {
    async charge() {
      calls.push('charge');
      return { kind: 'captured', capturedMinor: 100 };
    },
    async void() {
      calls.push('void');
      return { capturedMinor: 100, returnedMinor: 100 };
    },
    async find() {
      calls.push('find');
      return known;
    },
  };
  return { provider, calls };
}

const request = {
  chargeKey: 'key',
  orderId: 'order',
  method: 'credit_card',
  amount: { minor: 100, currency: 'USD' },
} as const;
const captured: ChargeOutcome = { kind: 'captured', capturedMinor: 100 };

describe('a key that the provider may have forgotten is looked up first (rule P2)', () => {
  test('a charge that is known is not made again; one that is not is made', async () => {
    const known = forgetful({ outcome: captured, returnedMinor: 0 });
    expect(await chargeOnce(known.provider, request, true)).toEqual(captured);
    expect(known.calls).toEqual(['find']);
    const unknown = forgetful(null);
    await chargeOnce(unknown.provider, request, true);
    expect(unknown.calls).toEqual(['find', 'charge']);
  });

  test('what was returned already is not returned again; what was captured is; what never was settled is voided', async () => {
    const returned = forgetful({ outcome: captured, returnedMinor: 100 });
    expect(await voidOnce(returned.provider, 'key', true)).toEqual({
      capturedMinor: 100,
      returnedMinor: 100,
    });
    expect(returned.calls).toEqual(['find']);
    const declined = forgetful({ outcome: { kind: 'declined', code: 'CARD_DECLINED' }, returnedMinor: 0 });
    expect(await voidOnce(declined.provider, 'key', true)).toEqual({ capturedMinor: 0, returnedMinor: 0 });
    for (const open of [forgetful({ outcome: captured, returnedMinor: 0 }), forgetful(null)]) {
      await voidOnce(open.provider, 'key', true);
      expect(open.calls).toEqual(['find', 'void']);
    }
  });

  test('a fresh key is used at once', async () => {
    const { provider, calls } = forgetful(null);
    await chargeOnce(provider, request, false);
    await voidOnce(provider, 'key', false);
    expect(calls).toEqual(['charge', 'void']);
  });
});
