import { DriverException, type MikroORM } from '@mikro-orm/postgresql';
import type { ChangesInput, MovedInput, OrderChanges, OrderView } from '@order-saga/contracts';
import { toRow } from '../orders/saga-row.ts';
import { orderView } from '../orders/views.ts';
import { SagaEntity } from '../schema/entities.ts';
import { decodePosition, encodePosition, invalidPosition, type Position, type Seen } from './position.ts';

/**
 * How much older than a snapshot an order may say it is that the snapshot did not see. A turn takes seconds at most (rule
 * L8); the rest is for a database whose clock was set back. A customer's orders of one day are few to look at.
 */
const MARGIN_MS = 86_400_000;

const ENDED = `('Completed', 'Compensated', 'Failed')`;

/** `xmin` has 32 bits of the 64: the newest transaction that ends in them. It wrote the row version that is seen now. */
const WRITER = '(now.next - ((now.next - s.xmin::text::bigint) & 4294967295))';

/** Most rows were written long before the reader's snapshot began to look, which costs no more than a comparison. */
const WRITTEN_SINCE = `(${WRITER} >= seen.oldest and not pg_visible_in_snapshot(${WRITER}::text::xid8, seen.snapshot))`;

const NOW = `
  now as materialized (
    select pg_current_snapshot() as snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next,
      (select left(md5(system_identifier::text), 12) from pg_control_system()) as system)`;

const SNAPSHOT_PARTS = `
  snapshot, pg_snapshot_xmin(snapshot)::text::bigint as oldest, pg_snapshot_xmax(snapshot)::text::bigint as next`;

interface FoundChanges {
  readonly snapshot: string;
  readonly system: string;
  /** The snapshot is this cluster's, and of its past. */
  readonly is_known: boolean;
  readonly now_ms: number;
  /** When the oldest open order was placed; null while none is open. Only told at the beginning of a reading. */
  readonly open_since_ms: number | null;
  readonly changed: readonly { readonly id: string; readonly ms: number }[];
}

/** A customer's orders that changed since a reader last looked, however long ago, with none left out. */
export class OrderChangeQueries {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async changes({ customerId, after, limit }: ChangesInput): Promise<OrderChanges<OrderView>> {
    const from = after === undefined ? null : decodePosition(after);
    const found = await this.#find(customerId, from, limit);
    if (from !== null && (from.system !== found.system || !found.is_known)) throw invalidPosition();

    const { system } = found;
    const began = from?.pass?.seen ?? seenNow(found);
    const isLastPage = found.changed.length < limit;
    const end: Position = { system, seen: began, pass: null };
    const orders = await this.#ordersOf(found.changed.map(({ id }) => id));
    const items = found.changed.flatMap(({ id, ms }, index) => {
      const order = orders.get(id);
      if (order === undefined) return [];
      const isEnd = isLastPage && index === found.changed.length - 1;
      const upTo = { createdAtMs: ms, sagaId: id };
      const here = isEnd ? end : { system, seen: from?.seen ?? null, pass: { seen: began, upTo } };
      return { order, position: encodePosition(here) };
    });
    return {
      items,
      position: isLastPage ? encodePosition(end) : (items.at(-1)?.position ?? encodePosition(end)),
      // What changed behind a reading of several pages is read from where the reading began.
      isComplete: isLastPage && !from?.pass,
    };
  }

  /** For many readers at once, who only want to know whether to read. */
  async moved({ since }: MovedInput): Promise<boolean[]> {
    const readers = since.map(({ customerId, after }) => {
      const { seen, pass } = decodePosition(after);
      return { customer: customerId, snapshot: seen?.snapshot, floor: seen?.floorMs, is_reading: !!pass };
    });
    const [row] = await this.#execute<{ moved: boolean[] }>(
      `with ${NOW}, readers as materialized (
         select n, customer, floor, is_reading, ${SNAPSHOT_PARTS}
         from rows from (json_to_recordset(?) as (customer uuid, snapshot pg_snapshot, floor float8, is_reading bool))
           with ordinality as reader (customer, snapshot, floor, is_reading, n))
       select coalesce(json_agg(seen.is_reading or seen.snapshot is null or exists (
           select 1 from saga_transactions s
           where s.customer_id = seen.customer and s.created_at >= to_timestamp(seen.floor / 1000)
             and ${WRITTEN_SINCE}) order by seen.n), '[]') as moved
       from readers seen, now`,
      [JSON.stringify(readers)],
    );
    return row?.moved ?? [];
  }

  async #find(customerId: string, from: Position | null, limit: number): Promise<FoundChanges> {
    const { seen = null, pass = null } = from ?? {};
    const since = 's.customer_id = ? and s.created_at >= to_timestamp(?::float8 / 1000)';
    const sinceValues = [customerId, seen?.floorMs ?? 0];
    const [found] = await this.#execute<FoundChanges>(
      `with ${NOW}, seen as materialized (select ${SNAPSHOT_PARTS} from (select ?::pg_snapshot as snapshot) given)
       select now.snapshot::text, now.system,
         coalesce(seen.next <= now.next, true) as is_known,
         (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms,
         ${pass === null ? `(select min(extract(epoch from s.created_at) * 1000)::float8 from saga_transactions s where ${since} and s.status not in ${ENDED})` : 'null'}
           as open_since_ms,
         (select coalesce(json_agg(json_build_object('id', id, 'ms', ms) order by ms, id), '[]') from (
           select s.id, (extract(epoch from s.created_at) * 1000)::float8 as ms from saga_transactions s
           where ${since}
             and ${pass === null ? 'true' : '(s.created_at, s.id) > (to_timestamp(?::float8 / 1000), ?::uuid)'}
             and ${seen === null ? `s.status not in ${ENDED}` : WRITTEN_SINCE}
           order by s.created_at, s.id limit ?) found) as changed
       from now, seen`,
      [
        seen?.snapshot ?? null,
        ...(pass === null ? sinceValues : []),
        ...sinceValues,
        ...(pass === null ? [] : [pass.upTo.createdAtMs, pass.upTo.sagaId]),
        limit,
      ],
    );
    if (found === undefined) throw new Error('the database answered no row');
    return found;
  }

  /** Read after the snapshot was taken, so never older than it; what is newer is told once more. */
  async #ordersOf(sagaIds: readonly string[]): Promise<Map<string, OrderView>> {
    if (sagaIds.length === 0) return new Map();
    const sagas = await this.#orm.em.fork().find(SagaEntity, { id: { $in: [...sagaIds] } });
    return new Map(sagas.map((saga) => [saga.id, orderView(toRow(saga))]));
  }

  async #execute<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return await this.#orm.em.fork().execute<Row[]>(sql, [...values]);
    } catch (error) {
      // A snapshot that is none, as only somebody else can have made it.
      if (error instanceof DriverException && String(error.code).startsWith('22')) throw invalidPosition();
      throw error;
    }
  }
}

const seenNow = ({ snapshot, now_ms, open_since_ms }: FoundChanges): Seen => ({
  snapshot,
  floorMs: Math.floor(Math.min(open_since_ms ?? now_ms, now_ms - MARGIN_MS)),
});
