import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrderView, Page, SagaStatus, SagaTransition, SagaView } from '@order-saga/contracts';
import { pageOf } from '@order-saga/service-kit/database';
import { readStep, type StoredStep } from '../orchestrator/columns.ts';
import type { SagaRow } from '../orchestrator/rows.ts';
import { ClientKeyEntity, OrderEntity, SagaEntity, SagaHistoryEntity } from '../schema/entities.ts';
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

  async sagas(query: {
    status?: SagaStatus | undefined;
    needsAttention?: boolean | undefined;
    limit: number;
    cursor?: string | null | undefined;
  }): Promise<Page<SagaView>> {
    const where = {
      ...(query.status === undefined ? {} : { status: query.status }),
      ...(query.needsAttention === undefined
        ? {}
        : { attention: query.needsAttention ? { $ne: null } : null }),
    };
    return pageOf(
      this.#orm.em.fork(),
      SagaEntity,
      { where, orderBy: { id: 'desc' }, limit: query.limit, cursor: query.cursor },
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

interface StoredSaga {
  readonly id: string;
  readonly definition: string;
  readonly status: SagaRow['instance']['status'];
  readonly direction: SagaRow['instance']['direction'];
  readonly steps: readonly StoredStep[];
  readonly outstanding: SagaRow['instance']['outstanding'];
  readonly failure: SagaRow['instance']['failure'];
  readonly context: { readonly order: SagaRow['order']; readonly traceparent: string | null };
  readonly attention: string | null;
  readonly attentionSince: Date | null;
  readonly admitted: boolean;
  readonly seq: number;
  readonly rev: number;
  readonly wakeAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

function toRow(saga: StoredSaga): SagaRow {
  const { id, status, direction, outstanding, seq, failure, admitted } = saga;
  const steps = saga.steps.map(readStep);
  const attention =
    saga.attention === null || saga.attentionSince === null
      ? null
      : { reason: saga.attention, since: saga.attentionSince.getTime() };
  return {
    instance: { id, status, direction, steps, outstanding, seq, failure, admitted, attention },
    definition: saga.definition,
    order: saga.context.order,
    traceparent: saga.context.traceparent,
    rev: saga.rev,
    wakeAt: saga.wakeAt.getTime(),
    createdAt: saga.createdAt.getTime(),
    updatedAt: saga.updatedAt.getTime(),
  };
}
