import { z } from 'zod';
import { failureSchema } from '../messages/event.ts';
import {
  currencySchema,
  DEFAULT_PAYMENT_METHOD,
  isStorable,
  MAX_LINES,
  MAX_QUANTITY_PER_LINE,
  moneySchema,
  ORDER_STATUSES,
  PAYMENT_METHODS,
  uuidSchema,
} from '../order.ts';
import { procedure, router } from './init.ts';
import { type OperationsHandlers, operationsRouters, type Page, page, pageSchema } from './operations.ts';
import {
  type ChangesInput,
  changesInput,
  changesOf,
  type MovedInput,
  movedInput,
  type OrderChanges,
} from './order-changes.ts';
import { type SagaHandlers, sagaSchema, sagasRouter } from './saga.ts';

/** The order service over tRPC: orders and their sagas. */

export const orderLineInput = z.object({
  productId: uuidSchema,
  quantity: z.int().min(1).max(MAX_QUANTITY_PER_LINE),
});

export const createOrderInput = z.object({
  /** Unique per customer for ever: the same key is the same order (rule C1). */
  idempotencyKey: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
  customerId: uuidSchema,
  lines: z.array(orderLineInput).min(1).max(MAX_LINES),
  currency: currencySchema,
  /** The total to charge, in minor units. The caller priced it: the gateway from the products' prices. */
  totalMinor: z.int().positive(),
  /**
   * What the client itself sent, normalised; a repeat of the key is compared with this by value and not with derived
   * totals or defaults. Absent: the fields above are what the client sent.
   */
  sent: z.record(z.string(), z.unknown()).optional(),
  paymentMethod: z.enum(PAYMENT_METHODS).default(DEFAULT_PAYMENT_METHOD),
  /** A cancelled order of the same customer, which was not retried before. */
  retryOf: uuidSchema.optional(),
});

export const orderSchema = z.object({
  id: z.string(),
  customerId: z.string(),
  status: z.enum(ORDER_STATUSES),
  lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
  total: moneySchema,
  paymentMethod: z.string(),
  failure: failureSchema.nullable(),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** null for an order of a foreign orchestrator, whose saga is not ours. */
  saga: sagaSchema.nullable(),
});

export type CreateOrderInput = z.output<typeof createOrderInput>;
export type OrderView = z.output<typeof orderSchema>;

export const ORDER_SORTS = ['created_desc', 'created_asc', 'updated_desc'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

const instant = z.iso.datetime({ offset: true });
const ordersListInput = pageSchema.extend({
  customerId: uuidSchema.optional(),
  status: z.array(z.enum(ORDER_STATUSES)).optional(),
  /** Inclusive. */
  createdFrom: instant.optional(),
  /** Exclusive. */
  createdTo: instant.optional(),
  needsAttention: z.boolean().optional(),
  sort: z.enum(ORDER_SORTS).default('created_desc'),
});
export type OrdersListInput = z.output<typeof ordersListInput>;

const retriesSchema = z.object({
  /** The cancelled order that this one was placed instead of. */
  retryOf: z.string().nullable(),
  /** The order that was placed instead of this one. */
  retriedBy: z.string().nullable(),
});
export type OrderRetries = z.output<typeof retriesSchema>;
const byIdempotencyKeyInput = createOrderInput.pick({ idempotencyKey: true, customerId: true }).extend({
  /** As in `create`: what the client itself sent, normalised. */
  sent: z.record(z.string(), z.unknown()),
});

export interface OrderHandlers extends OperationsHandlers {
  readonly orders: {
    /** Durable before it answers. A known key answers the order it made, in its present state. */
    create(
      input: CreateOrderInput,
      traceparent: string | undefined,
    ): Promise<{ order: OrderView; created: boolean }>;
    /**
     * The order that this key made, for a caller that cannot price a repeat (rule C1: a known key is answered before
     * pricing); null when the key is unknown. Compared as `create` does: IDEMPOTENCY_KEY_REUSED when `sent` differs.
     */
    byIdempotencyKey(input: z.output<typeof byIdempotencyKeyInput>): Promise<OrderView | null>;
    byId(id: string): Promise<OrderView | null>;
    /** In the order of `ids`; null where there is none. */
    byIds(ids: readonly string[]): Promise<(OrderView | null)[]>;
    list(input: OrdersListInput): Promise<Page<OrderView>>;
    /** In the order of `ids`. */
    retries(ids: readonly string[]): Promise<OrderRetries[]>;
    /** A customer's orders that changed after a position; INVALID_INPUT for one that is not of this database. */
    changes(input: ChangesInput): Promise<OrderChanges<OrderView>>;
    /** In the order of `since`: whether any of the customer's orders changed after that position. */
    moved(input: MovedInput): Promise<boolean[]>;
    /** Undoes an order that is not past its pivot; answered once that decision is durable. */
    cancel(input: { orderId: string; requestId: string; reason: string }): Promise<OrderView>;
  };
  readonly sagas: SagaHandlers;
}

const idInput = z.object({ id: uuidSchema });

export const createOrderRouter = (handlers: OrderHandlers) =>
  router({
    ...operationsRouters(handlers),
    orders: router({
      create: procedure
        .input(createOrderInput)
        .output(z.object({ order: orderSchema, created: z.boolean() }))
        .mutation(({ input, ctx }) => handlers.orders.create(input, ctx.traceparent)),
      byIdempotencyKey: procedure
        .input(byIdempotencyKeyInput)
        .output(orderSchema.nullable())
        .query(({ input }) => handlers.orders.byIdempotencyKey(input)),
      byId: procedure
        .input(idInput)
        .output(orderSchema.nullable())
        .query(({ input }) => handlers.orders.byId(input.id)),
      byIds: procedure
        .input(z.object({ ids: z.array(uuidSchema).max(100) }))
        .output(z.array(orderSchema.nullable()))
        .query(({ input }) => handlers.orders.byIds(input.ids)),
      list: procedure
        .input(ordersListInput)
        .output(page(orderSchema))
        .query(({ input }) => handlers.orders.list(input)),
      retries: procedure
        .input(z.object({ ids: z.array(uuidSchema).max(100) }))
        .output(z.array(retriesSchema))
        .query(({ input }) => handlers.orders.retries(input.ids)),
      changes: procedure
        .input(changesInput)
        .output(changesOf(orderSchema))
        .query(({ input }) => handlers.orders.changes(input)),
      moved: procedure
        .input(movedInput)
        .output(z.array(z.boolean()))
        .query(({ input }) => handlers.orders.moved(input)),
      cancel: procedure
        .input(
          z.object({
            orderId: uuidSchema,
            /** The same id is the same request: a repeat gets the same answer. */
            requestId: uuidSchema,
            reason: z.string().min(1).max(500).refine(isStorable, 'must be Unicode text without U+0000'),
          }),
        )
        .output(orderSchema)
        .mutation(({ input }) => handlers.orders.cancel(input)),
    }),
    sagas: sagasRouter(handlers.sagas),
  });

export type OrderRouter = ReturnType<typeof createOrderRouter>;
