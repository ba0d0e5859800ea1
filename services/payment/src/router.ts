import type { MikroORM } from '@mikro-orm/postgresql';
import {
  type Currency,
  createPaymentRouter,
  type OperationsHandlers,
  type PaymentRouter,
  type PaymentView,
} from '@order-saga/contracts';
import { sayWhenAway } from '@order-saga/service-kit';
import { pageOf } from '@order-saga/service-kit/database';
import { PaymentEntity, type PaymentRecord } from './payments/payment.entity.ts';

/** What operators and the gateway ask of this service. Nothing here changes a payment (rule L5). */
export const paymentRouter = (orm: MikroORM, operations: OperationsHandlers): PaymentRouter =>
  createPaymentRouter(
    sayWhenAway({
      ...operations,
      payments: {
        async byOrder(orderId) {
          const payment = await orm.em.fork().findOne(PaymentEntity, { orderId });
          return payment ? viewOf(payment) : null;
        },
        list: ({ limit, cursor, status }) =>
          pageOf(
            orm.em.fork(),
            PaymentEntity,
            {
              where: status === undefined ? {} : { status },
              orderBy: { createdAt: 'desc', orderId: 'desc' },
              limit,
              cursor,
            },
            viewOf,
          ),
      },
    }),
  );

const viewOf = (payment: PaymentRecord): PaymentView => ({
  id: payment.id,
  orderId: payment.orderId,
  sagaId: payment.sagaId,
  amount: { minor: payment.amountMinor, currency: payment.currency as Currency },
  method: payment.method,
  status: payment.status,
  capturedMinor: payment.capturedMinor,
  refundedMinor: payment.refundedMinor,
  declineCode: payment.declineCode,
  createdAt: payment.createdAt.toISOString(),
  updatedAt: payment.updatedAt.toISOString(),
});
