import { paymentIdOf } from '@order-saga/contracts';
import { answerInbox, insertInbox, type TurnSql } from '@order-saga/messaging';
import type { PaymentMessage } from '../messages.ts';
import { insertPayments, lockPayments, selectInboxWithWaiting, updatePayments } from './payment-sql.ts';
import { PaymentState } from './payment-state.ts';

/** One turn's SQL: locks and reads in one trip, writes and COMMIT in the next. */
export const paymentTurn: TurnSql<PaymentMessage, PaymentState> = {
  async load(sql, messages, afterConflict) {
    const orderIds = new Set<string>();
    const paymentIds = new Set<string>();
    const settledOrderIds = new Set<string>();
    const keys = new Set<string>();
    for (const message of messages) {
      if (message.kind === 'charge-settled') {
        orderIds.add(message.orderId);
        settledOrderIds.add(message.orderId);
        continue;
      }
      const { payload, idempotencyKey, sagaId } = message.command;
      orderIds.add(payload.orderId);
      keys.add(idempotencyKey);
      if (message.kind === 'undo-settled') settledOrderIds.add(payload.orderId);
      // A new payment hits another row of its saga only where a saga names two orders: looked for after a conflict
      // (rule L7). An undo asks at once, since it must not void the payment of the other order.
      if (message.kind !== 'process' || afterConflict) paymentIds.add(paymentIdOf(sagaId));
    }
    const [payments, inbox] = await Promise.all([
      lockPayments(sql, [...orderIds].sort(), [...paymentIds].sort()),
      selectInboxWithWaiting(sql, [...keys], [...settledOrderIds]),
    ]);
    return new PaymentState(payments, inbox);
  },

  save: (sql, state) => [
    ...insertPayments(sql, state.payments.inserts()),
    ...updatePayments(sql, state.payments.updates()),
    ...insertInbox(sql, state.inbox.inserts()),
    ...answerInbox(sql, state.inbox.updates()),
  ],
};
