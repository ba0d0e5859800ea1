import type { OperationsHandlers, OrderHandlers } from '@order-saga/contracts';
import { sayWhenAway } from '@order-saga/service-kit';
import type { OrderChangeQueries } from '../changes/order-changes.ts';
import type { SagaInspector } from '../inspection/inspect-saga.ts';
import type { OrderDesk } from '../orders/order-desk.ts';
import type { OrderQueries } from '../orders/order-queries.ts';
import { sentLines } from '../orders/sent.ts';

/** The procedures of `contracts` on this service. */
export function orderHandlers(parts: {
  readonly operations: OperationsHandlers;
  readonly desk: OrderDesk;
  readonly queries: OrderQueries;
  readonly changes: OrderChangeQueries;
  readonly inspector: SagaInspector;
}): OrderHandlers {
  const { desk, queries, changes, inspector } = parts;
  return sayWhenAway({
    ...parts.operations,
    orders: {
      create: (input, traceparent) => {
        const { idempotencyKey, customerId, lines, currency, totalMinor, paymentMethod, retryOf } = input;
        const derived = { lines: sentLines(lines), currency, totalMinor, paymentMethod, retryOf };
        const sent = input.sent ?? derived;
        const total = { minor: totalMinor, currency };
        const order = { customerId, lines, total, paymentMethod, retryOf };
        return desk.place({ ...order, idempotencyKey, sent, traceparent });
      },
      byIdempotencyKey: ({ customerId, idempotencyKey, sent }) =>
        desk.byKey(customerId, idempotencyKey, sent),
      byId: (id) => queries.orderById(id),
      byIds: (ids) => queries.ordersByIds(ids),
      list: (input) => queries.orders(input),
      retries: (ids) => queries.retries(ids),
      changes: (input) => changes.changes(input),
      moved: (input) => changes.moved(input),
      cancel: (input) => desk.cancel(input),
    },
    sagas: {
      byId: (id) => queries.sagaById(id),
      byIds: (ids) => queries.sagasByIds(ids),
      list: (input) => queries.sagas(input),
      history: ({ sagaId, afterSeq }) => queries.history(sagaId, afterSeq),
      inspect: (id) => inspector.inspect(id),
      stats: () => inspector.stats(),
    },
  });
}
