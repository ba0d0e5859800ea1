import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Currency, InventoryHandlers, ProductView } from '@order-saga/contracts';
import { pageOf } from '@order-saga/service-kit/database';
import { InventoryEntity, type Product, ProductEntity } from '../schema/entities.ts';

/** Products as clients see them: what they cost, and how many there are. */
export function productQueries(orm: MikroORM): InventoryHandlers['products'] {
  return {
    async byIds(ids) {
      const em = orm.em.fork();
      const products = await em.find(ProductEntity, { id: { $in: [...ids] } });
      const views = new Map((await withStock(em, products)).map((view) => [view.id, view]));
      return ids.map((id) => views.get(id) ?? null);
    },
    async list({ limit, cursor, ids }) {
      const em = orm.em.fork();
      const where = ids === undefined ? {} : { id: { $in: ids } };
      const query = { where, orderBy: { name: 'asc', id: 'asc' }, limit, cursor } as const;
      const page = await pageOf(em, ProductEntity, query, (product) => product as Product);
      return { items: await withStock(em, page.items), nextCursor: page.nextCursor };
    },
  };
}

async function withStock(em: EntityManager, products: readonly Product[]): Promise<ProductView[]> {
  const rows = await em.find(InventoryEntity, { productId: { $in: products.map(({ id }) => id) } });
  const stock = new Map(rows.map((row) => [row.productId, row]));
  return products.map((product) => ({
    id: product.id,
    name: product.name,
    prices: Object.entries(product.prices).map(([currency, minor]) => ({
      currency: currency as Currency,
      minor,
    })),
    available: stock.get(product.id)?.availableQuantity ?? 0,
    reserved: stock.get(product.id)?.reservedQuantity ?? 0,
    sold: stock.get(product.id)?.soldQuantity ?? 0,
  }));
}
