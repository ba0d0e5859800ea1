import type { TurnContext } from '@order-saga/messaging';
import { type ChargeSettled, done, type PaymentAnswer } from '../messages.ts';
import { movePayment, type Payment } from '../payments/payment.ts';
import { announce, answer, type Sending, waitingCommands } from '../payments/payment-answers.ts';
import { providerDisagrees } from '../payments/payment-faults.ts';
import type { PaymentState } from '../payments/payment-state.ts';
import { declinedReply, processedReply } from './replies.ts';

/**
 * ProcessPayment, second turn: the provider's answer. It ends `pending` and answers every action that waits; a payment
 * that is not pending has been settled without it, and is left alone (rule P2).
 */
export function settleCharge(state: PaymentState, message: ChargeSettled, turn: TurnContext): PaymentAnswer {
  const payment = state.payments.get(message.orderId);
  if (payment?.id !== message.paymentId || payment.status !== 'pending') return done('ignored');

  const sending: Sending = { turn, traceparent: message.traceparent };
  const settled = settledPayment(payment, message, turn.now);
  const reply = settled.status === 'processed' ? processedReply(settled) : declinedReply(settled);
  for (const command of waitingCommands(state, payment)) answer(state, command, reply, sending);
  state.payments.put(settled);
  announce(state, settled.status === 'processed' ? 'PaymentProcessed' : 'PaymentDeclined', settled, sending);
  return done(settled.status === 'processed' ? 'processed' : 'declined');
}

function settledPayment(payment: Payment, { outcome }: ChargeSettled, now: number): Payment {
  if (outcome.kind === 'declined')
    return movePayment(payment, 'declined', { declineCode: outcome.code }, now);
  if (outcome.capturedMinor !== payment.amount.minor) {
    throw providerDisagrees(
      `payment ${payment.id} is over ${payment.amount.minor}, and the provider captured ${outcome.capturedMinor}`,
    );
  }
  return movePayment(payment, 'processed', { capturedMinor: outcome.capturedMinor }, now);
}
