import { type PaymentCommand, paymentIdOf } from '@order-saga/contracts';
import { inboxHit, type TurnContext } from '@order-saga/messaging';
import { type DoneAs, done, type PaymentAnswer, type UndoSettled } from '../messages.ts';
import { chargeKeyOf, movePayment, type Payment } from '../payments/payment.ts';
import { announce, answer, answerAgain, type Sending, waitingCommands } from '../payments/payment-answers.ts';
import { providerDisagrees, refuseSecondOrder } from '../payments/payment-faults.ts';
import type { PaymentState } from '../payments/payment-state.ts';
import { refusedReply } from '../process-payment/replies.ts';
import type { Settlement } from '../provider/provider.ts';
import { refundedReply } from './compensate-payment.ts';

/**
 * CompensatePayment, second turn: writes down what the provider's void answered, and finishes an action that still
 * waits. Only now is the undo handled (rule P2).
 */
export function settleUndo(
  state: PaymentState,
  { command, settlement, traceparent }: UndoSettled,
  turn: TurnContext,
): PaymentAnswer {
  const sending: Sending = { turn, traceparent };
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit?.reply) {
    answerAgain(state, { ...hit, reply: hit.reply }, sending);
    return done('replayed');
  }
  const payment = state.payments.get(command.payload.orderId);
  if (payment && payment.sagaId !== command.sagaId) {
    answer(state, command, refundedReply(command.sagaId, 0), sending);
    return done('unchanged');
  }
  refuseSecondOrder(state, command);
  if (settlement.returnedMinor !== settlement.capturedMinor) {
    throw providerDisagrees(
      `the provider captured ${settlement.capturedMinor} for saga ${command.sagaId} and returned ${settlement.returnedMinor}`,
    );
  }
  const outcome = payment
    ? undo(state, payment, settlement, sending)
    : tombstone(state, command, settlement, sending);
  const undone = state.payments.get(command.payload.orderId);
  answer(state, command, refundedReply(command.sagaId, undone?.refundedMinor ?? 0), sending);
  return done(outcome);
}

function undo(state: PaymentState, payment: Payment, settlement: Settlement, sending: Sending): DoneAs {
  const { capturedMinor, returnedMinor } = settlement;
  const { now } = sending.turn;
  const money = { capturedMinor, refundedMinor: returnedMinor };
  switch (payment.status) {
    case 'pending': {
      const undone = movePayment(payment, capturedMinor === 0 ? 'voided' : 'refunded', money, now);
      const reply = refusedReply('PAYMENT_CANCELLED', 'it was undone before the provider had answered');
      for (const waiting of waitingCommands(state, payment)) answer(state, waiting, reply, sending);
      return write(state, undone, sending);
    }
    case 'processed':
      if (capturedMinor !== payment.capturedMinor) {
        throw providerDisagrees(
          `payment ${payment.id} captured ${payment.capturedMinor}, and the provider says ${capturedMinor}`,
        );
      }
      return write(state, movePayment(payment, 'refunded', money, now), sending);
    case 'declined':
    case 'voided':
    case 'refunded':
    case 'tombstone':
      if (capturedMinor !== payment.capturedMinor) {
        throw providerDisagrees(
          `payment ${payment.id} is ${payment.status} with ${payment.capturedMinor} captured, and the provider says ${capturedMinor}`,
        );
      }
      return 'unchanged';
    default:
      throw new Error(`no such status: ${payment.status satisfies never}`);
  }
}

function write(state: PaymentState, undone: Payment, sending: Sending): DoneAs {
  state.payments.put(undone);
  if (undone.refundedMinor > 0) announce(state, 'PaymentRefunded', undone, sending);
  return undone.status === 'refunded' ? 'refunded' : 'voided';
}

/**
 * The very row that a late action would have to insert: it is refused then (rule P1). Money that was captured although
 * no row says so (a database restored from a backup) is on record as returned.
 */
function tombstone(
  state: PaymentState,
  { sagaId, payload }: PaymentCommand,
  { capturedMinor, returnedMinor }: Settlement,
  sending: Sending,
): DoneAs {
  const { now } = sending.turn;
  const wasCaptured = capturedMinor > 0;
  const undone: Payment = {
    orderId: payload.orderId,
    id: paymentIdOf(sagaId),
    sagaId,
    chargeKey: chargeKeyOf(sagaId),
    amount: wasCaptured ? { ...payload.amount, minor: capturedMinor } : payload.amount,
    method: payload.paymentMethod,
    status: wasCaptured ? 'refunded' : 'tombstone',
    capturedMinor,
    refundedMinor: returnedMinor,
    declineCode: null,
    waiting: [],
    leaseUntil: null,
    leaseBy: null,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  };
  state.payments.put(undone);
  if (wasCaptured) announce(state, 'PaymentRefunded', undone, sending);
  return wasCaptured ? 'refunded' : 'tombstone';
}
