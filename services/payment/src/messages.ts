import type { PaymentCommand } from '@order-saga/contracts';
import type { IncomingMessage } from '@order-saga/messaging';
import type { Payment } from './payments/payment.ts';
import type { ChargeOutcome, Settlement } from './provider/provider.ts';

/** Every change of a payment is one of these, and goes through the lanes (rule L5). */
export type PaymentMessage = ProcessMessage | ChargeSettled | CompensateMessage | UndoSettled;

export interface ProcessMessage {
  readonly kind: 'process';
  readonly command: PaymentCommand;
  readonly traceparent: string | undefined;
}

/** What the provider answered to a charge. */
export interface ChargeSettled {
  readonly kind: 'charge-settled';
  readonly orderId: string;
  readonly paymentId: string;
  readonly outcome: ChargeOutcome;
  readonly traceparent: string | undefined;
}

export interface CompensateMessage {
  readonly kind: 'compensate';
  readonly command: PaymentCommand;
  /** As it came: an undo that can never be done is parked whole. */
  readonly incoming: IncomingMessage;
  readonly traceparent: string | undefined;
}

/** What the provider answered to the void for an undo. */
export interface UndoSettled {
  readonly kind: 'undo-settled';
  readonly command: PaymentCommand;
  readonly settlement: Settlement;
  readonly traceparent: string | undefined;
}

export type PaymentAnswer =
  /** Nothing is left to do. `outcome` is what metrics count it as. */
  | { readonly kind: 'done'; readonly outcome: DoneAs }
  /** The payment is pending and ours by lease: call the provider now that this is committed. */
  | { readonly kind: 'charge'; readonly payment: Payment; readonly leaseMs: number }
  /** Nothing was written yet: ask the provider to void, and come back with what it answers (rule P2). */
  | { readonly kind: 'void'; readonly chargeKey: string; readonly chargedAt: number | null };

export type DoneAs =
  | 'processed'
  | 'declined'
  | 'refunded'
  | 'voided'
  | 'tombstone'
  | 'unchanged'
  | 'refused'
  | 'replayed'
  | 'waiting'
  | 'ignored';

export const done = (outcome: DoneAs): PaymentAnswer => ({ kind: 'done', outcome });

/** One order in one lane at a time: action, outcome and undo of a payment never wait for each other's locks. */
export function laneKey(message: PaymentMessage): string {
  return message.kind === 'charge-settled' ? message.orderId : message.command.payload.orderId;
}

/** Undo and outcomes end work in progress; a new payment begins some (rule L4). */
export const isUrgent = (message: PaymentMessage): boolean => message.kind !== 'process';
