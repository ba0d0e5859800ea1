import type { OrderRetries, OrderView, PaymentView, ProductView } from '@order-saga/contracts';
import DataLoader from 'dataloader';
import type { Services } from './services.ts';

/** As many ids as one call takes. */
const IDS_PER_CALL = 100;

/** What one request reads, each thing once: a hundred orders are one call, however the query is nested. */
export interface Loaders {
  readonly order: DataLoader<string, OrderView | null>;
  /** Of an order's id: which orders it stands for, and which stands for it. */
  readonly retries: DataLoader<string, OrderRetries>;
  readonly product: DataLoader<string, ProductView | null>;
  readonly payment: DataLoader<string, PaymentView | null>;
}

export function createLoaders(services: Services, traceparent: string): Loaders {
  return {
    order: new DataLoader(
      (ids) =>
        services.orders.call(traceparent, (it, options) => it.orders.byIds.query({ ids: [...ids] }, options)),
      { maxBatchSize: IDS_PER_CALL },
    ),
    retries: new DataLoader(
      (ids) =>
        services.orders.call(traceparent, (it, options) =>
          it.orders.retries.query({ ids: [...ids] }, options),
        ),
      { maxBatchSize: IDS_PER_CALL },
    ),
    product: new DataLoader(
      (ids) =>
        services.products.call(traceparent, (it, options) =>
          it.products.byIds.query({ ids: [...ids] }, options),
        ),
      { maxBatchSize: IDS_PER_CALL },
    ),
    // One call each; the client sends those of one tick in one request.
    payment: new DataLoader((orderIds) => Promise.all(orderIds.map(paymentOrFault))),
  };

  function paymentOrFault(orderId: string): Promise<PaymentView | null | Error> {
    return services.payments
      .call(traceparent, (it, options) => it.payments.byOrder.query({ orderId }, options))
      .catch((fault: Error) => fault);
  }
}
