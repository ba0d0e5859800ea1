import { type PaymentCommand, paymentIdOf } from '@order-saga/contracts';
import type { InboxRow, TurnContext } from '@order-saga/messaging';
import type { ChargeSettled, CompensateMessage, ProcessMessage, UndoSettled } from '../src/messages.ts';
import { chargeKeyOf, type Payment } from '../src/payments/payment.ts';
import { paymentDecider } from '../src/payments/payment-decider.ts';
import { PaymentState } from '../src/payments/payment-state.ts';
import type { ProcessTerms } from '../src/process-payment/process-payment.ts';
import type { ChargeOutcome, Settlement } from '../src/provider/provider.ts';
import type { WireReply } from './participant.ts';

/** Given rows, decide a message, look at what it would write: no database, no clock. */

export const SAGA = '11111111-0000-4000-8000-000000000001';
export const OTHER_SAGA = '11111111-0000-4000-8000-000000000002';
export const ORDER = '22222222-0000-4000-8000-000000000001';
export const NOW = Date.parse('2030-01-01T12:00:00.000Z');
export const TERMS: ProcessTerms = {
  lease: { by: 'this', firstMs: 8_000, longestMs: 60_000 },
  horizonMs: 24 * 3_600_000,
};

export const turn: TurnContext = {
  now: NOW,
  generation: '33333333-0000-4000-8000-000000000001',
  jitter: 0.5,
  isLastTry: false,
};

export function aCommand(
  type: PaymentCommand['type'],
  changes: Partial<PaymentCommand> = {},
): PaymentCommand {
  return {
    id:
      type === 'ProcessPayment'
        ? '44444444-0000-4000-8000-000000000001'
        : '44444444-0000-4000-8000-000000000002',
    sagaId: SAGA,
    type,
    payload: { orderId: ORDER, amount: { minor: 9_999, currency: 'USD' }, paymentMethod: 'credit_card' },
    idempotencyKey: `${type}:0`,
    createdAt: new Date(NOW - 1_000).toISOString(),
    ...changes,
  };
}

export const processing = (changes: Partial<PaymentCommand> = {}): ProcessMessage => ({
  kind: 'process',
  command: aCommand('ProcessPayment', changes),
  traceparent: undefined,
});

export const compensating = (changes: Partial<PaymentCommand> = {}): CompensateMessage => ({
  kind: 'compensate',
  command: aCommand('CompensatePayment', changes),
  incoming: undefined as never,
  traceparent: undefined,
});

export const undoSettled = (settlement: Settlement, changes: Partial<PaymentCommand> = {}): UndoSettled => ({
  kind: 'undo-settled',
  command: aCommand('CompensatePayment', changes),
  settlement,
  traceparent: undefined,
});

export const chargeSettled = (outcome: ChargeOutcome): ChargeSettled => ({
  kind: 'charge-settled',
  orderId: ORDER,
  paymentId: paymentIdOf(SAGA),
  outcome,
  traceparent: undefined,
});

export function aPayment(changes: Partial<Payment> = {}): Payment {
  const isPending = (changes.status ?? 'pending') === 'pending';
  const sagaId = changes.sagaId ?? SAGA;
  return {
    orderId: ORDER,
    id: paymentIdOf(sagaId),
    sagaId,
    chargeKey: chargeKeyOf(sagaId),
    amount: { minor: 9_999, currency: 'USD' },
    method: 'credit_card',
    status: 'pending',
    capturedMinor: 0,
    refundedMinor: 0,
    declineCode: null,
    waiting: isPending ? ['ProcessPayment:0'] : [],
    leaseUntil: isPending ? NOW + 5_000 : null,
    leaseBy: isPending ? 'this' : null,
    attempts: 1,
    createdAt: NOW - 3_000,
    updatedAt: NOW - 3_000,
    ...changes,
  };
}

export const anInboxRow = (
  message: { command: PaymentCommand },
  changes: Partial<InboxRow> = {},
): InboxRow => ({
  idempotencyKey: message.command.idempotencyKey,
  sagaId: message.command.sagaId,
  commandId: message.command.id,
  commandType: message.command.type,
  outcome: 'pending',
  reply: null,
  ...changes,
});

export interface Given {
  readonly payments?: readonly Payment[];
  readonly inbox?: readonly InboxRow[];
}

/** Decides the messages in one turn, each on what those before it left, as the lanes do. */
export function decide(
  given: Given,
  ...messages: Parameters<ReturnType<typeof paymentDecider>['decide']>[1][]
) {
  const state = new PaymentState(given.payments ?? [], given.inbox ?? []);
  const decider = paymentDecider(TERMS);
  const answers = messages.map((message) => {
    try {
      const answer = decider.decide(state, message, turn);
      state.accept();
      return answer;
    } catch (error) {
      state.discard();
      throw error;
    }
  });
  const sent = state.outbox.all();
  return {
    answers,
    answer: answers.at(-1),
    payment: state.payments.get(ORDER),
    inserted: state.payments.inserts(),
    updated: state.payments.updates(),
    inboxInserted: state.inbox.inserts(),
    inboxAnswered: state.inbox.updates(),
    replies: sent
      .filter(({ topic }) => topic === 'order-replies')
      .map(({ value }) => JSON.parse(value) as WireReply),
    texts: sent.filter(({ topic }) => topic === 'order-replies').map(({ value }) => value),
    events: sent.filter(({ topic }) => topic === 'payment-events').map(({ type }) => type),
  };
}
