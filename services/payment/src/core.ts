/** What simulation composes and looks at; the service's own door is `index.ts`. */
export type { PaymentMessage } from './messages.ts';
export { type PaymentCore, type PaymentCoreConfig, paymentCore } from './payment-core.ts';
export { type LeaseTerms, leaseMs } from './payments/lease.ts';
export type { Payment } from './payments/payment.ts';
export { paymentDecider } from './payments/payment-decider.ts';
export { type PaymentRow, paymentOf } from './payments/payment-sql.ts';
export type { PaymentState } from './payments/payment-state.ts';
export { paymentTurn } from './payments/payment-turn.ts';
export { type LeaseClaims, leaseClaims } from './process-payment/lease-claims.ts';
export {
  type ChargeOutcome,
  type ChargeRequest,
  type KnownCharge,
  type PaymentProvider,
  type Settlement,
  VOIDED,
} from './provider/provider.ts';
