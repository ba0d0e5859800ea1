import type { Decider } from '@order-saga/messaging';
import { compensatePayment } from '../compensate-payment/compensate-payment.ts';
import { settleUndo } from '../compensate-payment/settle-undo.ts';
import { laneKey, type PaymentAnswer, type PaymentMessage } from '../messages.ts';
import { type ProcessTerms, processPayment } from '../process-payment/process-payment.ts';
import { settleCharge } from '../process-payment/settle-charge.ts';
import type { PaymentState } from './payment-state.ts';

/** Each message to its use case. */
export const paymentDecider = (
  terms: ProcessTerms,
): Decider<PaymentMessage, PaymentState, PaymentAnswer> => ({
  laneKey,
  decide(state, message, turn) {
    switch (message.kind) {
      case 'process':
        return processPayment(state, message, turn, terms);
      case 'charge-settled':
        return settleCharge(state, message, turn);
      case 'compensate':
        return compensatePayment(state, message, turn);
      case 'undo-settled':
        return settleUndo(state, message, turn);
      default:
        throw new Error(`no such message: ${message satisfies never}`);
    }
  },
});
