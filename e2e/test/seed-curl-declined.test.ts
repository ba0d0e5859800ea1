import { describeWithKafka } from '@order-saga/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CUP, type OwnSystem, operatorOf, outcomeOf, startWholeSystem, stockOf } from '../src/index.ts';
import { expectInvariants } from './set-up/expect-invariants.ts';
import { placeBySeedLine, SEED_LINES } from './set-up/seed-curl.ts';

describeWithKafka("the seed's curl lines, while every card is declined", () => {
  let system: OwnSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ broker: 'kafka', env: { PAYMENT_DECLINE_SHARE: '1' } });
  });
  afterAll(() => system?.stop());
  afterEach(() => expectInvariants(system));

  for (const line of ['successful', 'paymentMayFail', 'unknownProduct'] as const) {
    test(`the order of '${line}' ends cancelled, with nothing captured and no stock taken`, async () => {
      const { order_id, status } = await placeBySeedLine(system, SEED_LINES[line]);
      expect(status).toBe('started');
      expect(await outcomeOf(system, order_id)).toMatchObject({
        status: 'cancelled',
        failure_reason: expect.stringMatching(/^Payment processing failed/),
      });
      const operator = operatorOf(system);
      expect(await operator.payment.payments.byOrder.query({ orderId: order_id })).toMatchObject({
        status: 'declined',
        capturedMinor: 0,
        declineCode: 'CARD_DECLINED',
      });
      expect(await operator.inventory.reservations.byOrder.query({ orderId: order_id })).toBeNull();
      expect(await stockOf(system, CUP)).toEqual({ available: 100, reserved: 0, sold: 0 });
    });
  }
});
