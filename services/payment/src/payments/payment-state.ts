import {
  type InboxRow,
  type OutboxMessage,
  type TurnState,
  WorkingSet,
  WriteList,
} from '@order-saga/messaging';
import type { Payment } from './payment.ts';

/** What one turn reads and writes. */
export class PaymentState implements TurnState {
  readonly payments: WorkingSet<Payment>;
  readonly inbox: WorkingSet<InboxRow>;
  readonly outbox = new WriteList<OutboxMessage>();
  readonly #orderOfPayment: ReadonlyMap<string, string>;

  constructor(payments: readonly Payment[], inbox: readonly InboxRow[]) {
    this.payments = new WorkingSet((payment) => payment.orderId, payments);
    this.inbox = new WorkingSet((row) => row.idempotencyKey, inbox);
    this.#orderOfPayment = new Map(payments.map((payment) => [payment.id, payment.orderId]));
  }

  /** The order that a payment is stored for, as far as it was read. */
  orderOfPayment(paymentId: string): string | undefined {
    return this.#orderOfPayment.get(paymentId);
  }

  accept(): void {
    this.payments.accept();
    this.inbox.accept();
    this.outbox.accept();
  }

  discard(): void {
    this.payments.discard();
    this.inbox.discard();
    this.outbox.discard();
  }
}
