export { type PaymentConfig, readPaymentConfig } from './config.ts';
export { type PaymentService, startPaymentService } from './payment-service.ts';
export type { PaymentProvider } from './provider/provider.ts';
export { openPaymentsDatabase } from './schema/index.ts';
