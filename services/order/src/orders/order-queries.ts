import type { MikroORM } from '@mikro-orm/postgresql';
import type {
  OrderRetries,
  OrdersListInput,
  OrderView,
  Page,
  SagasListInput,
  SagaTransition,
  SagaView,
} from '@order-saga/contracts';
import { pageOf } from '@order-saga/service-kit/database';
import {
  ClientKeyEntity,
  OrderEntity,
  OrderRetryEntity,
  SagaEntity,
  SagaHistoryEntity,
} from '../schema/entities.ts';
import { ORDER_BY, orderFilter } from './order-filter.ts';
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
      for (const order of foreign) found.set(order.id, foreignOrderView(order, order));
    }
    return ids.map((id) => found.get(id) ?? null);
  }

  async orders(query: OrdersListInput): Promise<Page<OrderView>> {
    const { limit, cursor } = query;
    return pageOf(
      this.#orm.em.fork(),
      SagaEntity,
      { where: orderFilter(query), orderBy: ORDER_BY[query.sort], limit, cursor },
      (saga) => orderView(toRow(saga)),
    );
  }

  /** In the order of `ids`. */
  async retries(ids: readonly string[]): Promise<OrderRetries[]> {
    const links = await this.#orm.em
      .fork()
      .find(OrderRetryEntity, { $or: [{ orderId: { $in: [...ids] } }, { retriedBy: { $in: [...ids] } }] });
    const retriedBy = new Map(links.map((link) => [link.orderId, link.retriedBy]));
    const retryOf = new Map(links.map((link) => [link.retriedBy, link.orderId]));
    return ids.map((id) => ({ retryOf: retryOf.get(id) ?? null, retriedBy: retriedBy.get(id) ?? null }));
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
