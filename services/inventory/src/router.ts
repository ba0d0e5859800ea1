import type { MikroORM } from '@mikro-orm/postgresql';
import { createInventoryRouter, type InventoryHandlers, type InventoryRouter } from '@order-saga/contracts';
import { operations } from '@order-saga/messaging';
import { sayWhenAway } from '@order-saga/service-kit';
import { productQueries } from './products/product-queries.ts';
import { reservationQueries } from './stock/reservation-queries.ts';

/** The service over tRPC. */
export const inventoryRouter = (orm: MikroORM, inventory: InventoryHandlers['inventory']): InventoryRouter =>
  createInventoryRouter(
    sayWhenAway({
      ...operations(orm),
      products: productQueries(orm),
      inventory,
      reservations: reservationQueries(orm),
    }),
  );
