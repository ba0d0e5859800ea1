import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import { CUP, operatorOf, outcomeOf, readOrder, setAvailable, type WholeSystem } from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';
import { placeBySeedLine, runSeedLine, SEED_LINES } from './set-up/seed-curl.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

describeWithKafka("the seed's curl lines, while no card is declined", () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 20);
  });
  keepInvariants(() => system);

  test('the health line prints OK', async () => {
    expect(await runSeedLine(system, SEED_LINES.health)).toBe('OK');
  });

  test("the first is answered as the seed does, and its order ends 'approved', all steps completed", async () => {
    const accepted = await placeBySeedLine(system, SEED_LINES.successful);
    expect(accepted).toEqual({
      order_id: UUID,
      saga_id: UUID,
      status: 'started',
      message: 'Order saga transaction has been initiated',
    });
    expect(await outcomeOf(system, accepted.order_id)).toMatchObject({
      status: 'approved',
      total_amount: '99.99',
      currency: 'USD',
      items: [{ product_id: CUP, quantity: 2 }],
    });
    await expectInvariants(system);
    const { saga } = await readOrder(system, accepted.order_id);
    expect(saga).toMatchObject({ id: accepted.saga_id, status: 'COMPLETED' });
    expect(saga?.steps.map(({ state }) => state)).toEqual(saga?.steps.map(() => 'COMPLETED'));
  });

  test('the second ends approved, too', async () => {
    const { order_id } = await placeBySeedLine(system, SEED_LINES.paymentMayFail);
    expect(await outcomeOf(system, order_id)).toMatchObject({ status: 'approved' });
  });

  test("the third is refunded and ends 'cancelled', fully compensated", async () => {
    const { order_id } = await placeBySeedLine(system, SEED_LINES.unknownProduct);
    expect(await outcomeOf(system, order_id)).toMatchObject({
      status: 'cancelled',
      failure_reason: 'Product not found',
    });
    expect(await operatorOf(system).payment.payments.byOrder.query({ orderId: order_id })).toMatchObject({
      status: 'refunded',
      capturedMinor: 19_999,
      refundedMinor: 19_999,
    });
    expect(await readOrder(system, order_id)).toMatchObject({ saga: { status: 'COMPENSATED' } });
  });
});
