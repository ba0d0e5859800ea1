import { deriveUuid, type Money, type PaymentStatus } from '@order-saga/contracts';

/** A row of `payments`: one per order for ever. Action and undo insert the same key, so that one of them loses (rule P1). */
export interface Payment {
  readonly orderId: string;
  readonly id: string;
  readonly sagaId: string;
  /** What the provider knows the charge by; the same in every attempt, whoever makes it (rules P3, P4). */
  readonly chargeKey: string;
  readonly amount: Money;
  readonly method: string;
  readonly status: PaymentStatus;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly declineCode: string | null;
  /** Idempotency keys of the actions that are answered when the provider's outcome commits. Empty unless pending. */
  readonly waiting: readonly string[];
  /** Until then nobody else calls the provider for it, in milliseconds since 1970. Null unless pending. */
  readonly leaseUntil: number | null;
  /** Who took the lease: after a crash an instance takes up its own at once. Null unless pending. */
  readonly leaseBy: string | null;
  /** Leases taken so far. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The only moves a payment can make. What was captured is either kept or returned whole. */
export const NEXT_PAYMENT_STATUSES = {
  pending: ['processed', 'declined', 'voided', 'refunded'],
  processed: ['refunded'],
  declined: [],
  refunded: [],
  voided: [],
  tombstone: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

export class IllegalPaymentMoveError extends Error {
  readonly code = 'ILLEGAL_PAYMENT_MOVE';
}

type Settled = Pick<Payment, 'capturedMinor' | 'refundedMinor' | 'declineCode'>;

/** The payment in its next status. Whatever it becomes, it waits for nothing any more. */
export function movePayment(
  payment: Payment,
  status: Exclude<PaymentStatus, 'pending' | 'tombstone'>,
  facts: Partial<Settled>,
  now: number,
): Payment {
  const allowed: readonly PaymentStatus[] = NEXT_PAYMENT_STATUSES[payment.status];
  if (!allowed.includes(status)) {
    throw new IllegalPaymentMoveError(`payment ${payment.id} is ${payment.status} and cannot be ${status}`);
  }
  return { ...payment, ...facts, status, waiting: [], leaseUntil: null, leaseBy: null, updatedAt: now };
}

/** Derived from saga and step, never from epochs, so that a retry with a new epoch is the same charge (rule P4). */
export const chargeKeyOf = (sagaId: string): string => deriveUuid('charge', sagaId, 'ProcessPayment');
