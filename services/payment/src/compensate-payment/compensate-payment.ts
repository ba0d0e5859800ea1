import { paymentIdOf } from '@order-saga/contracts';
import { inboxHit, type TurnContext } from '@order-saga/messaging';
import { type CompensateMessage, done, type PaymentAnswer } from '../messages.ts';
import { chargeKeyOf } from '../payments/payment.ts';
import {
  answer,
  answerAgain,
  answerFromEffect,
  type ReplyBody,
  type Sending,
} from '../payments/payment-answers.ts';
import { refuseSecondOrder, refuseWrongPayment } from '../payments/payment-faults.ts';
import type { PaymentState } from '../payments/payment-state.ts';

/**
 * CompensatePayment, first turn: reads, and answers what needs no provider. Whatever may have been charged is voided
 * outside any transaction before a row is written (rule P2); there is no Failed outcome (rule P4).
 */
export function compensatePayment(
  state: PaymentState,
  { command, traceparent }: CompensateMessage,
  turn: TurnContext,
): PaymentAnswer {
  const sending: Sending = { turn, traceparent };
  const payment = state.payments.get(command.payload.orderId);
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit?.reply) {
    answerAgain(state, { ...hit, reply: hit.reply }, sending);
    return done('replayed');
  }
  if (hit) {
    const reply = refundedReply(hit.sagaId, payment?.sagaId === hit.sagaId ? payment.refundedMinor : 0);
    answerFromEffect(state, hit, reply, payment?.updatedAt ?? 0, sending);
    return done('replayed');
  }
  if (payment && payment.sagaId !== command.sagaId) {
    // Another saga's money is not touched, and that saga's own late action is refused by the row (rule P5).
    answer(state, command, refundedReply(command.sagaId, 0), sending);
    return done('unchanged');
  }
  refuseSecondOrder(state, command);
  refuseWrongPayment(command);
  if (!payment) return { kind: 'void', chargeKey: chargeKeyOf(command.sagaId), chargedAt: null };
  switch (payment.status) {
    case 'refunded':
    case 'voided':
    case 'tombstone':
      answer(state, command, refundedReply(command.sagaId, payment.refundedMinor), sending);
      return done('unchanged');
    case 'pending':
    case 'processed':
    case 'declined':
      return { kind: 'void', chargeKey: payment.chargeKey, chargedAt: payment.createdAt };
    default:
      return payment.status satisfies never;
  }
}

/** `refunded: true` is all the seed says; with nothing captured it is as true, and nothing was moved. */
export const refundedReply = (sagaId: string, refundedMinor: number): ReplyBody => ({
  status: 'Success',
  result: { refunded: true, payment_id: paymentIdOf(sagaId), refunded_minor: refundedMinor },
});
