import type { MikroORM } from '@mikro-orm/postgresql';
import {
  createInventoryRouter,
  type InventoryHandlers,
  type InventoryRouter,
  type OperationsHandlers,
} from '@order-saga/contracts';
import { sayWhenAway } from '@order-saga/service-kit';
import { productQueries } from './products/product-queries.ts';
import { reservationQueries } from './stock/reservation-queries.ts';

/** The service over tRPC. */
export const inventoryRouter = (
  orm: MikroORM,
  operations: OperationsHandlers,
  inventory: InventoryHandlers['inventory'],
): InventoryRouter =>
  createInventoryRouter(
    sayWhenAway({
      ...operations,
      products: productQueries(orm),
      inventory,
      reservations: reservationQueries(orm),
    }),
  );
