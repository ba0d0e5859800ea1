import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrderView, Page, SagasListInput, SagaTransition, SagaView } from '@order-saga/contracts';
import { pageOf } from '@order-saga/service-kit/database';
import { ClientKeyEntity, OrderEntity, SagaEntity, SagaHistoryEntity } from '../schema/entities.ts';
import { sagaFilter } from './saga-filter.ts';
import { toRow } from './saga-row.ts';
import { foreignOrderView, orderView, sagaView } from './views.ts';

/** What is read of orders and sagas, through MikroORM. An order of ours is told from its saga; `orders` is its participant's. */
export class OrderQueries {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async orderById(id: string): Promise<OrderView | null> {
    const [order] = await this.ordersByIds([id]);
    return order ?? null;
  }

  /** In the order of `ids`; null where there is none. */
  async ordersByIds(ids: readonly string[]): Promise<(OrderView | null)[]> {
    const em = this.#orm.em.fork();
    const sagas = await em.find(SagaEntity, { orderId: { $in: [...ids] } });
    const found = new Map(sagas.map((saga) => [saga.orderId, orderView(toRow(saga))]));
    const others = ids.filter((id) => !found.has(id));
    if (others.length > 0) {
      const foreign = await em.find(OrderEntity, { id: { $in: others }, origin: { $ne: 'ours' } });
      for (const order of foreign) found.set(order.id, foreignOrderView(order, order.createdAt));
    }
    return ids.map((id) => found.get(id) ?? null);
  }

  /** Newest first: ids of orders and sagas begin with their time. */
  async orders(query: {
    customerId?: string | undefined;
    limit: number;
    cursor?: string | null | undefined;
  }): Promise<Page<OrderView>> {
    const where = query.customerId === undefined ? {} : { customerId: query.customerId };
    return pageOf(
      this.#orm.em.fork(),
      SagaEntity,
      { where, orderBy: { id: 'desc' }, limit: query.limit, cursor: query.cursor },
      (saga) => orderView(toRow(saga)),
    );
  }

  async sagaById(id: string): Promise<SagaView | null> {
    const saga = await this.#orm.em.fork().findOne(SagaEntity, { id });
    return saga && sagaView(toRow(saga));
  }

  async sagaIdOf(orderId: string): Promise<string | null> {
    const saga = await this.#orm.em.fork().findOne(SagaEntity, { orderId }, { fields: ['id'] });
    return saga?.id ?? null;
  }

  /** In the order of `ids`; null where there is none. */
  async sagasByIds(ids: readonly string[]): Promise<(SagaView | null)[]> {
    const sagas = await this.#orm.em.fork().find(SagaEntity, { id: { $in: [...ids] } });
    const found = new Map(sagas.map((saga) => [saga.id, sagaView(toRow(saga))]));
    return ids.map((id) => found.get(id) ?? null);
  }

  async sagas({ limit, cursor, ...filter }: SagasListInput): Promise<Page<SagaView>> {
    return pageOf(
      this.#orm.em.fork(),
      SagaEntity,
      { where: sagaFilter(filter), orderBy: { id: 'desc' }, limit, cursor },
      (saga) => sagaView(toRow(saga)),
    );
  }

  async history(sagaId: string, afterSeq: number): Promise<SagaTransition[]> {
    const entries = await this.#orm.em
      .fork()
      .find(SagaHistoryEntity, { sagaId, seq: { $gt: afterSeq } }, { orderBy: { seq: 'asc' } });
    return entries.map((row) => JSON.parse(row.entry) as SagaTransition);
  }

  /** The order a client's key made, and what was sent with it. */
  async byClientKey(customerId: string, key: string): Promise<{ orderId: string; sent: string } | null> {
    const row = await this.#orm.em.fork().findOne(ClientKeyEntity, { customerId, key });
    return row && { orderId: row.orderId, sent: row.sent };
  }
}
