import { type PaymentCommand, paymentIdOf } from '@order-saga/contracts';
import type { PaymentState } from './payment-state.ts';

/** Messages that can never be done. Thrown while deciding, they leave the batch alone and become dead letters (rule L7). */

class PaymentFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A saga pays one order: ids follow from the saga, so a second order would be the first one's charge (rule P5). */
export function refuseSecondOrder(state: PaymentState, { sagaId, payload }: PaymentCommand): void {
  const paid = state.orderOfPayment(paymentIdOf(sagaId));
  if (paid === undefined || paid === payload.orderId) return;
  throw new PaymentFault(
    'SAGA_OF_ANOTHER_ORDER',
    `saga ${sagaId} names order ${payload.orderId}, and its payment is of order ${paid}`,
  );
}

/** A refund names the payment it refunds; one that names another must not move money. */
export function refuseWrongPayment({ id, sagaId, payload }: PaymentCommand): void {
  const own = paymentIdOf(sagaId);
  if (payload.paymentId === undefined || payload.paymentId === own) return;
  throw new PaymentFault(
    'WRONG_PAYMENT',
    `command ${id} is to refund payment ${payload.paymentId}; that of its saga and order is ${own}`,
  );
}

/** Our row and the provider's answer cannot both be true. */
export const providerDisagrees = (message: string): Error => new PaymentFault('PROVIDER_DISAGREES', message);
