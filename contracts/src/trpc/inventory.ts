import { z } from 'zod';
import { currencySchema, uuidSchema } from '../order.ts';
import { procedure, router } from './init.ts';
import { type OperationsHandlers, operationsRouters, type Page, page, pageSchema } from './operations.ts';

/** The inventory service over tRPC: products with their prices, stock and reservations. */

export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Per currency, in minor units; a currency without an entry cannot buy the product. */
  prices: z.array(z.object({ currency: currencySchema, minor: z.int().positive() })),
  available: z.int(),
  reserved: z.int(),
  sold: z.int(),
});
export type ProductView = z.output<typeof productSchema>;

export const RESERVATION_STATUSES = ['reserved', 'confirmed', 'released', 'tombstone'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

export const reservationSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  sagaId: z.string(),
  status: z.enum(RESERVATION_STATUSES),
  lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ReservationView = z.output<typeof reservationSchema>;

const restockInput = z.object({
  /** The same key is the same restock: a repeat changes nothing and gets the same answer (rule P10). */
  key: z.string().min(1).max(128),
  productId: uuidSchema,
  /** Added to what is available; negative takes away, never below zero. */
  delta: z.int().min(-1_000_000_000).max(1_000_000_000),
});
export type RestockInput = z.output<typeof restockInput>;

const productsListInput = pageSchema.extend({
  /** Only these; ids of unknown products are left out. */
  ids: z.array(uuidSchema).max(100).optional(),
});
export type ProductsListInput = z.output<typeof productsListInput>;

export interface InventoryHandlers extends OperationsHandlers {
  readonly products: {
    /** In the order of `ids`; null where there is none. */
    byIds(ids: readonly string[]): Promise<(ProductView | null)[]>;
    /** By name. */
    list(input: ProductsListInput): Promise<Page<ProductView>>;
  };
  readonly inventory: { restock(input: RestockInput): Promise<{ productId: string; available: number }> };
  readonly reservations: { byOrder(orderId: string): Promise<ReservationView | null> };
}

export const createInventoryRouter = (handlers: InventoryHandlers) =>
  router({
    ...operationsRouters(handlers),
    products: router({
      byIds: procedure
        .input(z.object({ ids: z.array(uuidSchema).max(100) }))
        .output(z.array(productSchema.nullable()))
        .query(({ input }) => handlers.products.byIds(input.ids)),
      list: procedure
        .input(productsListInput)
        .output(page(productSchema))
        .query(({ input }) => handlers.products.list(input)),
    }),
    inventory: router({
      restock: procedure
        .input(restockInput)
        .output(z.object({ productId: z.string(), available: z.int() }))
        .mutation(({ input }) => handlers.inventory.restock(input)),
    }),
    reservations: router({
      byOrder: procedure
        .input(z.object({ orderId: uuidSchema }))
        .output(reservationSchema.nullable())
        .query(({ input }) => handlers.reservations.byOrder(input.orderId)),
    }),
  });

export type InventoryRouter = ReturnType<typeof createInventoryRouter>;
