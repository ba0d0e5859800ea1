import { toSeedFloat } from '@order-saga/contracts';
import type { Payment } from '../payments/payment.ts';
import type { ReplyBody } from '../payments/payment-answers.ts';

/** The words of the seed's payment service; what comes after them is ours. */
const SEED_TEXT = 'Payment processing failed';

const REASONS: Readonly<Record<string, string>> = {
  CARD_DECLINED: 'the card was declined',
  INSUFFICIENT_FUNDS: 'the account has insufficient funds',
  UNSUPPORTED_METHOD: 'the provider does not take this payment method',
  VOIDED: 'the charge was voided before it was made',
};

/** The seed answers with its payment row: `id`, `order_id`, `amount`, `status` and `payment_method` are its fields. */
export const processedReply = (payment: Payment): ReplyBody => ({
  status: 'Success',
  result: {
    payment_id: payment.id,
    id: payment.id,
    order_id: payment.orderId,
    amount: toSeedFloat(payment.amount),
    amount_minor: payment.amount.minor,
    currency: payment.amount.currency,
    status: 'processed',
    payment_method: payment.method,
  },
});

export function declinedReply(payment: Payment): ReplyBody {
  const code = payment.declineCode ?? 'DECLINED';
  return refusedReply('PAYMENT_DECLINED', `${REASONS[code] ?? 'the provider declined it'} (${code})`);
}

export const refusedReply = (errorCode: string, reason: string): ReplyBody => ({
  status: 'Failed',
  error: `${SEED_TEXT}: ${reason}`,
  errorCode,
});
