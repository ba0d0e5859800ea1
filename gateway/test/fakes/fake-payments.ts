import type { PaymentHandlers, PaymentView } from '@order-saga/contracts';
import { operationsStub } from './operations-stub.ts';

/** A payment service in memory. */
export class FakePayments implements PaymentHandlers {
  readonly deadLetters = operationsStub.deadLetters;
  readonly inbox = operationsStub.inbox;
  readonly outbox = operationsStub.outbox;
  readonly byOrder = new Map<string, PaymentView>();

  readonly payments: PaymentHandlers['payments'] = {
    byOrder: async (orderId) => this.byOrder.get(orderId) ?? null,
    list: async () => ({ items: [], nextCursor: null }),
  };

  put(orderId: string, view: Partial<PaymentView>): void {
    this.byOrder.set(orderId, {
      id: orderId,
      orderId,
      sagaId: orderId,
      amount: { minor: 1_000, currency: 'USD' },
      method: 'test_approve',
      status: 'processed',
      capturedMinor: 1_000,
      refundedMinor: 0,
      declineCode: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      ...view,
    });
  }
}
