import type { MikroORM } from '@mikro-orm/postgresql';
import type { SagaInspection, SagaStats, SagaTransition } from '@order-saga/contracts';
import type { SagaDefinition } from '@order-saga/saga';
import { toRow } from '../orders/saga-row.ts';
import { sagaView } from '../orders/views.ts';
import { SagaEntity, SagaHistoryEntity } from '../schema/entities.ts';
import { commandsOf, type HistoryEntry } from './saga-commands.ts';

/** What only operators are told of sagas: commands by id, their ways, and what they wait for. */
export class SagaInspector {
  readonly #orm: MikroORM;
  readonly #definition: SagaDefinition;

  constructor(orm: MikroORM, definition: SagaDefinition) {
    this.#orm = orm;
    this.#definition = definition;
  }

  /** By the saga's id, or its order's. */
  async inspect(id: string): Promise<SagaInspection | null> {
    const em = this.#orm.em.fork();
    const found = await em.findOne(SagaEntity, { $or: [{ id }, { orderId: id }] });
    if (found === null) return null;
    const saga = toRow(found);
    const { instance, order, traceparent } = saga;
    const [entries, state] = await Promise.all([
      em.find(SagaHistoryEntity, { sagaId: instance.id }, { orderBy: { seq: 'asc' } }),
      this.#waitsFor(instance.id, instance.outstanding?.commandId ?? null),
    ]);
    const history = entries.map(({ entry }) => JSON.parse(entry) as HistoryEntry);
    return {
      saga: sagaView(saga),
      order: {
        id: order.orderId,
        customerId: order.customerId,
        lines: order.lines.map((line) => ({ ...line })),
        total: order.total,
        paymentMethod: order.paymentMethod,
      },
      commands: commandsOf(this.#definition, instance, history),
      transitions: history.map(({ delivery: _forCommands, ...transition }): SagaTransition => transition),
      ...state,
      traceparent,
    };
  }

  async #waitsFor(
    sagaId: string,
    commandId: string | null,
  ): Promise<Pick<SagaInspection, 'waitingBehind' | 'isUnpublished'>> {
    const [row] = await this.#orm.em
      .fork()
      .execute<{ waiting_behind: number | null; is_unpublished: boolean }[]>(
        `select
         (select (select count(*)::int from waiting before where before.n < own.n)
          from waiting own where own.saga_id = ?) as waiting_behind,
         exists (select from outbox_events where id = ?) as is_unpublished`,
        [sagaId, commandId],
      );
    return { waitingBehind: row?.waiting_behind ?? null, isUnpublished: row?.is_unpublished ?? false };
  }

  /** Of what is live only: ended sagas are many, and nobody waits for them. */
  async stats(): Promise<SagaStats> {
    const [row] = await this.#orm.em.fork().execute<{ live: number; waiting: number; attention: number }[]>(
      `select (select count(*)::int from saga_due) as live,
         (select count(*)::int from waiting) as waiting,
         (select count(*)::int from saga_transactions where attention is not null) as attention`,
    );
    return { live: row?.live ?? 0, waiting: row?.waiting ?? 0, needAttention: row?.attention ?? 0 };
  }
}
