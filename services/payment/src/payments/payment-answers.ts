import {
  deriveUuid,
  encodeHeaders,
  encodeParticipantEvent,
  encodeReply,
  type PaymentEventType,
  type Reply,
  replyIdOf,
  TOPICS,
  toSeedFloat,
} from '@order-saga/contracts';
import { type InboxRow, processed, replyMessage, type TurnContext } from '@order-saga/messaging';
import type { Payment } from './payment.ts';
import type { PaymentState } from './payment-state.ts';

/** What leaves the service: replies, stored verbatim beside their effect, and events. */

/** A command, or the inbox row that stands for one that waits. */
export interface Answered {
  readonly id: string;
  readonly sagaId: string;
  readonly type: string;
  readonly idempotencyKey: string;
}

export type ReplyBody =
  | { readonly status: 'Success'; readonly result: unknown }
  | { readonly status: 'Failed'; readonly error: string; readonly errorCode: string };

export interface Sending {
  readonly turn: TurnContext;
  readonly traceparent: string | undefined;
}

/** Stores the reply and sends it, in this turn's transaction. */
export function answer(state: PaymentState, command: Answered, body: ReplyBody, sending: Sending): void {
  const row = processed(command, replyTo(command, body, sending.turn.now));
  state.inbox.put(row);
  send(state, row, sending);
}

/** The stored reply again, to the letter (rule O6). */
export function answerAgain(state: PaymentState, row: InboxRow & { reply: string }, sending: Sending): void {
  send(state, row, sending);
}

/** A known key whose reply was purged: answered from the effect, with the effect's time, so that it is always the same (rule P6). */
export function answerFromEffect(
  state: PaymentState,
  row: InboxRow,
  body: ReplyBody,
  effectAt: number,
  sending: Sending,
): void {
  const command = { ...row, id: row.commandId, type: row.commandType };
  send(state, { ...row, reply: encodeReply(replyTo(command, body, effectAt)) }, sending);
}

export const waitingCommands = (state: PaymentState, payment: Payment): Answered[] =>
  payment.waiting
    .map((key) => state.inbox.get(key))
    .filter((row) => row !== undefined && row.outcome === 'pending')
    .map((row) => ({
      id: (row as InboxRow).commandId,
      sagaId: (row as InboxRow).sagaId,
      type: (row as InboxRow).commandType,
      idempotencyKey: (row as InboxRow).idempotencyKey,
    }));

const replyTo = (command: Answered, body: ReplyBody, now: number): Reply => ({
  id: replyIdOf(command.id),
  commandId: command.id,
  sagaId: command.sagaId,
  status: body.status,
  result: body.status === 'Success' ? body.result : null,
  error: body.status === 'Failed' ? body.error : null,
  errorCode: body.status === 'Failed' ? body.errorCode : null,
  createdAt: new Date(now).toISOString(),
});

function send(
  state: PaymentState,
  row: InboxRow & { readonly reply: string },
  { turn, traceparent }: Sending,
): void {
  state.outbox.add(
    replyMessage(row, {
      replyId: replyIdOf(row.commandId),
      generation: turn.generation,
      source: 'payment-service',
      time: new Date(turn.now).toISOString(),
      traceparent,
    }),
  );
}

/** Each type happens to a payment once, so its id follows from the two. */
export function announce(
  state: PaymentState,
  type: PaymentEventType,
  payment: Payment,
  { turn, traceparent }: Sending,
): void {
  const id = deriveUuid('payment-event', payment.id, type);
  const at = new Date(turn.now).toISOString();
  const { orderId, sagaId, amount } = payment;
  state.outbox.add({
    id,
    generation: turn.generation,
    topic: TOPICS.paymentEvents.name,
    key: orderId,
    type,
    value: encodeParticipantEvent({
      id,
      type,
      orderId,
      sagaId,
      at,
      data: {
        payment_id: payment.id,
        amount: toSeedFloat(amount),
        amount_minor: amount.minor,
        currency: amount.currency,
        payment_method: payment.method,
        captured_minor: payment.capturedMinor,
        refunded_minor: payment.refundedMinor,
        ...(payment.declineCode === null ? {} : { decline_code: payment.declineCode }),
      },
    }),
    headers: encodeHeaders({ id, type, source: 'payment-service', time: at, sagaId, traceparent }),
  });
}
