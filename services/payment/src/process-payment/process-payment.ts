import { type PaymentCommand, paymentIdOf } from '@order-saga/contracts';
import { type InboxRow, inboxHit, type TurnContext } from '@order-saga/messaging';
import { done, type PaymentAnswer, type ProcessMessage } from '../messages.ts';
import { type LeaseTerms, leaseMs } from '../payments/lease.ts';
import { chargeKeyOf, type Payment } from '../payments/payment.ts';
import {
  answer,
  answerAgain,
  answerFromEffect,
  type ReplyBody,
  type Sending,
} from '../payments/payment-answers.ts';
import { refuseSecondOrder } from '../payments/payment-faults.ts';
import type { PaymentState } from '../payments/payment-state.ts';
import { declinedReply, processedReply, refusedReply } from './replies.ts';

export interface ProcessTerms {
  readonly lease: LeaseTerms;
  /** An action that is older and unknown is refused: its inbox row may have been purged (rule P6). */
  readonly horizonMs: number;
}

/**
 * ProcessPayment, first turn: `pending` commits, with a lease, before the provider hears of it (rule P3). The action is
 * answered when the outcome commits.
 */
export function processPayment(
  state: PaymentState,
  { command, traceparent }: ProcessMessage,
  turn: TurnContext,
  terms: ProcessTerms,
): PaymentAnswer {
  const sending: Sending = { turn, traceparent };
  const payment = state.payments.get(command.payload.orderId);
  const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);
  if (hit) return processAgain(state, hit, payment, sending, terms);

  const refusal = refusalOf(payment, command);
  if (refusal) {
    answer(state, command, refusal, sending);
    return done('refused');
  }
  // From here on the payment, where there is one, is this saga's own: made in another epoch of it (rule P4).
  if (!payment) return begin(state, command, sending, terms);
  switch (payment.status) {
    case 'pending': {
      state.inbox.put(waitingRow(command));
      return takeLease(
        state,
        { ...payment, waiting: [...payment.waiting, command.idempotencyKey] },
        turn,
        terms,
      );
    }
    case 'processed':
      answer(state, command, processedReply(payment), sending);
      return done('unchanged');
    case 'declined':
      answer(state, command, declinedReply(payment), sending);
      return done('unchanged');
    case 'voided':
    case 'refunded':
    case 'tombstone':
      throw new Error(`a ${payment.status} payment is refused above`);
    default:
      return payment.status satisfies never;
  }
}

/** A redelivered command: its reply to the letter, or, while there is none yet, another look at the lease. */
function processAgain(
  state: PaymentState,
  hit: InboxRow,
  payment: Payment | undefined,
  sending: Sending,
  terms: ProcessTerms,
): PaymentAnswer {
  if (hit.reply !== null) {
    answerAgain(state, { ...hit, reply: hit.reply }, sending);
    return done('replayed');
  }
  if (hit.outcome === 'pending') {
    const isOurs = payment?.sagaId === hit.sagaId && payment.status === 'pending';
    return isOurs ? takeLease(state, payment, sending.turn, terms) : done('ignored');
  }
  answerFromEffect(state, hit, purgedReply(hit, payment), payment?.updatedAt ?? 0, sending);
  return done('replayed');
}

function purgedReply(hit: InboxRow, payment: Payment | undefined): ReplyBody {
  if (hit.outcome === 'succeeded' && payment) return processedReply(payment);
  if (payment?.sagaId === hit.sagaId && payment.status === 'declined') return declinedReply(payment);
  return refusedReply('REFUSED_BEFORE', 'it was refused when it first came');
}

function refusalOf(payment: Payment | undefined, command: PaymentCommand): ReplyBody | null {
  if (!payment) return null;
  if (payment.sagaId !== command.sagaId) {
    return refusedReply('ORDER_OF_ANOTHER_SAGA', `order ${payment.orderId} is paid by another saga`); // rule P5
  }
  const isUndone =
    payment.status === 'voided' || payment.status === 'refunded' || payment.status === 'tombstone';
  return isUndone
    ? refusedReply('PAYMENT_CANCELLED', `the payment of order ${payment.orderId} was undone already`)
    : null;
}

function begin(
  state: PaymentState,
  command: PaymentCommand,
  sending: Sending,
  terms: ProcessTerms,
): PaymentAnswer {
  const { now } = sending.turn;
  const { sagaId, payload, idempotencyKey } = command;
  refuseSecondOrder(state, command);
  if (now - createdAtOf(command) > terms.horizonMs) {
    const reason = `the command is of ${command.createdAt}, too old to tell whether it was done before`;
    answer(state, command, refusedReply('COMMAND_TOO_OLD', reason), sending);
    return done('refused');
  }
  const lease = leaseMs(terms.lease, 0);
  const payment: Payment = {
    orderId: payload.orderId,
    id: paymentIdOf(sagaId),
    sagaId,
    chargeKey: chargeKeyOf(sagaId),
    amount: payload.amount,
    method: payload.paymentMethod,
    status: 'pending',
    capturedMinor: 0,
    refundedMinor: 0,
    declineCode: null,
    waiting: [idempotencyKey],
    leaseUntil: now + lease,
    leaseBy: terms.lease.by,
    attempts: 1,
    createdAt: now,
    updatedAt: now,
  };
  state.payments.put(payment);
  state.inbox.put(waitingRow(command));
  return { kind: 'charge', payment, leaseMs: lease };
}

/** Whoever comes when a lease has run out takes it on: the one before may be dead (rule P3). */
function takeLease(
  state: PaymentState,
  payment: Payment,
  { now }: TurnContext,
  terms: ProcessTerms,
): PaymentAnswer {
  const isExpired = payment.leaseUntil === null || payment.leaseUntil <= now;
  const lease = leaseMs(terms.lease, payment.attempts);
  const taken = isExpired
    ? {
        ...payment,
        leaseUntil: now + lease,
        leaseBy: terms.lease.by,
        attempts: payment.attempts + 1,
        updatedAt: now,
      }
    : payment;
  if (taken !== state.payments.get(payment.orderId)) state.payments.put(taken);
  return isExpired ? { kind: 'charge', payment: taken, leaseMs: lease } : done('waiting');
}

const waitingRow = (command: PaymentCommand): InboxRow => ({
  idempotencyKey: command.idempotencyKey,
  sagaId: command.sagaId,
  commandId: command.id,
  commandType: command.type,
  outcome: 'pending',
  reply: null,
});

class UnreadableTimeError extends Error {
  readonly code = 'CREATED_AT_UNREADABLE';
}

function createdAtOf(command: PaymentCommand): number {
  const at = Date.parse(command.createdAt);
  if (!Number.isNaN(at)) return at;
  throw new UnreadableTimeError(
    `created_at of command ${command.id} is ${JSON.stringify(command.createdAt)}, not RFC 3339`,
  );
}
