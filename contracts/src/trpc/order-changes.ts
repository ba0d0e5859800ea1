import { z } from 'zod';
import { uuidSchema } from '../order.ts';

/** What happened to a customer's orders since a place in time that the order service itself has named. */

/** Opaque; made by the order service only. Holds what its database had committed, so that nothing falls between two. */
export const positionSchema = z.string().min(1).max(16_000);

export const changesInput = z.object({
  customerId: uuidSchema,
  /** Absent: the orders that are under way, as they are now. */
  after: positionSchema.optional(),
  limit: z.int().min(1).max(100).default(50),
});

export const changesOf = <Order extends z.ZodType>(order: Order) =>
  z.object({
    /** As they are now; an order that changed several times is there once. */
    items: z.array(z.object({ order, position: positionSchema })),
    /** After all of them. */
    position: positionSchema,
    /** Whether that was all there was. */
    isComplete: z.boolean(),
  });

export const movedInput = z.object({
  since: z.array(z.object({ customerId: uuidSchema, after: positionSchema })).max(100),
});

export type ChangesInput = z.output<typeof changesInput>;
export type MovedInput = z.output<typeof movedInput>;
/** `items` of a customer's orders that changed, and where to go on from. */
export interface OrderChanges<Order> {
  readonly items: { readonly order: Order; readonly position: string }[];
  readonly position: string;
  readonly isComplete: boolean;
}
