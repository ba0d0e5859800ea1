import type { MikroORM } from '@mikro-orm/postgresql';
import type { InventoryHandlers } from '@order-saga/contracts';
import { ReservationEntity } from '../schema/entities.ts';

export function reservationQueries(orm: MikroORM): InventoryHandlers['reservations'] {
  return {
    async byOrder(orderId) {
      const row = await orm.em.fork().findOne(ReservationEntity, { orderId });
      if (!row) return null;
      return {
        id: row.id,
        orderId: row.orderId,
        sagaId: row.sagaId,
        status: row.status,
        lines: row.productIds.map((productId, index) => ({
          productId,
          quantity: row.quantities[index] as number,
        })),
        createdAt: row.createdAt.toISOString(),
        updatedAt: row.updatedAt.toISOString(),
      };
    },
  };
}
