import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CUP,
  endAndAwaitSuccessor,
  newId,
  type OwnSystem,
  ordered,
  outcomeOf,
  place,
  readOrder,
  startWholeSystem,
  UNKNOWN_PRODUCT,
  versionsOf,
  Watch,
} from '../src/index.ts';
import { keepInvariants } from './set-up/expect-invariants.ts';

describe('in one process, on the in-process broker,', () => {
  let system: OwnSystem;
  beforeAll(async () => {
    const env = { PAYMENT_DECLINE_SHARE: '0', PROVIDER_LATE_MS: '1500', ATTEMPT_TIMEOUT_MS: '2000' };
    system = await startWholeSystem({ broker: 'memory', env });
  });
  afterAll(() => system?.stop());
  keepInvariants(() => system);

  const order = (paymentMethod: string) =>
    ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod,
    });

  test('an order ends approved, and its course can be watched', async () => {
    const { id } = await order('CREDIT_CARD');
    expect(versionsOf(await new Watch(system, id, 0).rest())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await readOrder(system, id)).toMatchObject({ status: 'APPROVED' });
  });

  test('a declined order ends cancelled, and one of an unknown product is refunded', async () => {
    const { id } = await order('TEST_DECLINE');
    const { order_id } = await place(system, {
      customer_id: newId(),
      product_id: UNKNOWN_PRODUCT,
      quantity: 1,
      total_amount: 199.99,
    });
    for (const each of [id, order_id]) {
      expect(await outcomeOf(system, each)).toMatchObject({ status: 'cancelled' });
    }
  });

  test('what the broker forgets when the process is killed is sent again, and every order ends', async () => {
    const placed = await Promise.all(Array.from({ length: 20 }, () => order('TEST_LATE')));
    await endAndAwaitSuccessor(system, 'all', 'SIGKILL');
    for (const { id } of placed) expect(await outcomeOf(system, id)).toMatchObject({ status: 'approved' });
  });
});
