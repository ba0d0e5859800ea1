import { formatAmount, type OrderView, RequestError, uuidSchema } from '@order-saga/contracts';
import { requireJson, traceparentOf } from '@order-saga/service-kit';
import { type Authenticate, type Caller, maySee } from '@order-saga/service-kit/auth';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OrderDesk } from '../orders/order-desk.ts';
import type { OrderQueries } from '../orders/order-queries.ts';
import type { OrderWatch } from '../orders/order-watch.ts';
import { ORDER_FIELDS, readIdempotencyKey, readOrderRequest } from './order-input.ts';
import { refuseRepeats } from './repeated-field.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; set before its body is read. */
    caller: Caller;
  }
}

/** The REST doors, as the seed's clients know them. A customer's token opens them to this customer's orders only. */
export function mountOrderRoutes(
  server: FastifyInstance,
  parts: {
    readonly desk: OrderDesk;
    readonly queries: OrderQueries;
    readonly watch: OrderWatch;
    readonly authenticate: Authenticate;
  },
): void {
  const { desk, queries, watch, authenticate } = parts;
  const identify = async (request: FastifyRequest): Promise<void> => {
    request.caller = await authenticate(request.headers.authorization);
  };

  server.register(async (scope) => {
    refuseRepeats(scope, ORDER_FIELDS);
    scope.post('/orders', { onRequest: identify, preValidation: requireJson }, async (request) => {
      const key = readIdempotencyKey(request.headers['idempotency-key']);
      const asked = readOrderRequest(request.body, key, traceparentOf(request.headers));
      if (!maySee(request.caller, asked.customerId)) throw notYours();
      const { order } = await desk.place(asked);
      return {
        order_id: order.id,
        saga_id: order.saga?.id,
        status: 'started',
        message: 'Order saga transaction has been initiated',
      };
    });
  });

  server.get<{ Params: { id: string }; Querystring: { wait?: string } }>(
    '/orders/:id',
    { onRequest: identify },
    async (request) => {
      const id = readId(request.params.id);
      const waitMs = readWait(request.query.wait);
      // Another's order is as if it were not there, and nobody waits for it.
      const read = async () => {
        const order = await queries.orderById(id);
        return order !== null && maySee(request.caller, order.customerId) ? order : null;
      };
      const isEnough = (order: OrderView | null) => hasEnded(order) || request.raw.socket.destroyed;
      const order = await watch.until(id, waitMs, read, isEnough);
      if (!order) throw new RequestError('NOT_FOUND', `there is no order ${id}`, { field: 'id' });
      return asSeedJson(order);
    },
  );
}

const notYours = () =>
  new RequestError('FORBIDDEN', 'customer_id: this token is another customer’s', { field: 'customer_id' });

/** A wait ends when the order has its answer; its saga may still be confirming the stock (rule C2). */
const hasEnded = (order: OrderView | null): boolean =>
  order === null ||
  order.status === 'approved' ||
  order.status === 'cancelled' ||
  order.saga?.status === 'Failed';

const asSeedJson = (order: OrderView) => ({
  order_id: order.id,
  saga_id: order.saga?.id ?? null,
  status: order.status,
  failure_reason: order.failure?.message ?? null,
  failure_code: order.failure?.code ?? null,
  items: order.lines.map((line) => ({ product_id: line.productId, quantity: line.quantity })),
  total_amount: formatAmount(order.total),
  currency: order.total.currency,
  version: order.version,
});

function readId(text: string): string {
  const id = uuidSchema.safeParse(text);
  if (id.success) return id.data;
  throw new RequestError('INVALID_INPUT', 'id: must be a UUID', { field: 'id' });
}

const MAX_WAIT_MS = 60_000;

/** `10s`, `500ms`; at most a minute. */
function readWait(text: string | undefined): number {
  if (text === undefined) return 0;
  const match = /^(\d{1,6})(ms|s)$/.exec(text);
  const waitMs = match ? Number(match[1]) * (match[2] === 's' ? 1_000 : 1) : Number.NaN;
  if (waitMs <= MAX_WAIT_MS) return waitMs;
  throw new RequestError('INVALID_INPUT', 'wait: must be a time as in 10s or 500ms, 60s at most', {
    field: 'wait',
  });
}
