import { z } from 'zod';
import { moneySchema, uuidSchema } from '../order.ts';
import { procedure, router } from './init.ts';
import { type OperationsHandlers, operationsRouters, type Page, page, pageSchema } from './operations.ts';

/** The payment service over tRPC. */

export const PAYMENT_STATUSES = [
  'pending',
  'processed',
  'declined',
  'refunded',
  'voided',
  'tombstone',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const paymentSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  sagaId: z.string(),
  amount: moneySchema,
  method: z.string(),
  status: z.enum(PAYMENT_STATUSES),
  capturedMinor: z.int(),
  refundedMinor: z.int(),
  /** Why the provider declined; null otherwise. */
  declineCode: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type PaymentView = z.output<typeof paymentSchema>;

const listInput = pageSchema.extend({ status: z.enum(PAYMENT_STATUSES).optional() });

export interface PaymentHandlers extends OperationsHandlers {
  readonly payments: {
    byOrder(orderId: string): Promise<PaymentView | null>;
    /** Newest first. */
    list(input: z.output<typeof listInput>): Promise<Page<PaymentView>>;
  };
}

export const createPaymentRouter = (handlers: PaymentHandlers) =>
  router({
    ...operationsRouters(handlers),
    payments: router({
      byOrder: procedure
        .input(z.object({ orderId: uuidSchema }))
        .output(paymentSchema.nullable())
        .query(({ input }) => handlers.payments.byOrder(input.orderId)),
      list: procedure
        .input(listInput)
        .output(page(paymentSchema))
        .query(({ input }) => handlers.payments.list(input)),
    }),
  });

export type PaymentRouter = ReturnType<typeof createPaymentRouter>;
