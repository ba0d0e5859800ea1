import { insertInbox, type Sql, type Statement } from '@order-saga/messaging';
import { storedSteps } from './columns.ts';
import type { OrderState, SagaRow } from './rows.ts';

/** SAVE of an order turn: inserts in key order, one guarded update per table (rules L1 and L2); all in one round trip. */

const INSERT_CLIENT_KEYS: Statement = {
  name: 'client-keys-insert',
  text: `
    insert into client_keys (customer_id, key, order_id, saga_id, sent)
    select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[])`,
};

const INSERT_SAGAS: Statement = {
  name: 'sagas-insert',
  text: `
    insert into saga_transactions (
      id, order_id, customer_id, definition, context, status, current_step, direction, steps, outstanding, failure,
      attention, attention_since, admitted, seq, rev, wake_at, created_at, updated_at)
    select id, order_id, customer_id, definition, context, status, current_step, direction, steps, outstanding, failure,
      attention, to_timestamp(attention_since / 1000), admitted, seq, rev, to_timestamp(wake_at / 1000),
      to_timestamp(created_at / 1000), to_timestamp(updated_at / 1000)
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::json[], $6::text[], $7::int[], $8::text[],
      $9::json[], $10::json[], $11::json[], $12::text[], $13::float8[], $14::bool[], $15::int[], $16::int[],
      $17::float8[], $18::float8[], $19::float8[])
    as new (id, order_id, customer_id, definition, context, status, current_step, direction, steps, outstanding, failure,
      attention, attention_since, admitted, seq, rev, wake_at, created_at, updated_at)`,
};

const UPDATE_SAGAS: Statement = {
  name: 'sagas-update',
  text: `
    with touched as (
      update saga_transactions s set status = new.status, current_step = new.current_step, direction = new.direction,
        steps = new.steps, outstanding = new.outstanding, failure = new.failure, attention = new.attention,
        attention_since = to_timestamp(new.attention_since / 1000), admitted = new.admitted, seq = new.seq, rev = new.rev,
        wake_at = to_timestamp(new.wake_at / 1000), updated_at = to_timestamp(new.updated_at / 1000)
      from unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::text[], $6::json[], $7::json[], $8::json[],
        $9::text[], $10::float8[], $11::bool[], $12::int[], $13::int[], $14::float8[], $15::float8[])
      as new (id, expected_rev, status, current_step, direction, steps, outstanding, failure, attention, attention_since,
        admitted, seq, rev, wake_at, updated_at)
      where s.id = new.id and s.rev = new.expected_rev
      returning 1)
    select need(count(*), $16::int) from touched`,
};

const INSERT_ORDERS: Statement = {
  name: 'orders-insert',
  text: `
    insert into orders (id, saga_id, customer_id, lines, total_minor, currency, payment_method, status, origin)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::bigint[], $6::text[], $7::text[],
      $8::text[], $9::text[])`,
};

/** An order only ever moves on from `created`. */
const UPDATE_ORDERS: Statement = {
  name: 'orders-update',
  text: `
    with touched as (
      update orders o set status = new.status, updated_at = clock_timestamp()
      from unnest($1::uuid[], $2::uuid[], $3::text[]) as new (id, saga_id, status)
      where o.id = new.id and o.saga_id = new.saga_id and o.status = 'created'
      returning 1)
    select need(count(*), $4::int) from touched`,
};

const INSERT_HISTORY: Statement = {
  name: 'history-insert',
  text: `
    insert into saga_history (saga_id, seq, entry)
    select * from unnest($1::uuid[], $2::int[], $3::text[])`,
};

const INSERT_DUE: Statement = {
  name: 'due-insert',
  text: `
    insert into saga_due (saga_id, wake_at, in_flight)
    select saga_id, to_timestamp(wake_at / 1000), in_flight
    from unnest($1::uuid[], $2::float8[], $3::bool[]) as new (saga_id, wake_at, in_flight)`,
};

/** By key alone, never as a join with the array: the table is small, changes all the time, and is analysed at any moment. */
const MOVE_DUE: Statement = {
  name: 'due-move',
  text: `
    update saga_due set
      wake_at = to_timestamp(($2::float8[])[array_position($1::uuid[], saga_id)] / 1000),
      in_flight = ($3::bool[])[array_position($1::uuid[], saga_id)]
    where saga_id = any($1::uuid[])`,
};

const DELETE_DUE: Statement = {
  name: 'due-delete',
  text: 'delete from saga_due where saga_id = any($1::uuid[])',
};

const INSERT_WAITING: Statement = {
  name: 'waiting-insert',
  text: 'insert into waiting (saga_id) select unnest($1::uuid[])',
};

const DELETE_WAITING: Statement = {
  name: 'waiting-delete',
  text: 'delete from waiting where saga_id = any($1::uuid[])',
};

const INSERT_REQUESTS: Statement = {
  name: 'requests-insert',
  text: 'insert into requests (id, saga_id, answer) select * from unnest($1::uuid[], $2::uuid[], $3::text[])',
};

const INSERT_RETRIES: Statement = {
  name: 'retries-insert',
  text: 'insert into order_retries (order_id, retried_by) select * from unnest($1::uuid[], $2::uuid[])',
};

export function saveOrderState(sql: Sql, state: OrderState): readonly Promise<unknown>[] {
  const writes: Promise<unknown>[] = [];
  /** Sends the statement with one array per column, unless there is nothing to write. */
  const write = <Item>(
    statement: Statement,
    items: readonly Item[],
    columns: readonly ((item: Item) => unknown)[],
    guard = false,
  ): void => {
    if (items.length === 0) return;
    const arrays: unknown[] = columns.map((column) => items.map(column));
    writes.push(sql.rows(statement, guard ? [...arrays, items.length] : arrays));
  };

  write(INSERT_CLIENT_KEYS, state.clientKeys.inserts(), [
    (row) => row.customerId,
    (row) => row.key,
    (row) => row.orderId,
    (row) => row.sagaId,
    (row) => row.sent,
  ]);
  write(INSERT_REQUESTS, state.requests.inserts(), [
    (row) => row.id,
    (row) => row.sagaId,
    (row) => row.answer,
  ]);
  write(INSERT_RETRIES, state.retries.inserts(), [(row) => row.orderId, (row) => row.retriedBy]);
  write(INSERT_SAGAS, state.sagas.inserts(), [
    (row) => row.instance.id,
    (row) => row.order.orderId,
    (row) => row.order.customerId,
    (row) => row.definition,
    (row) => JSON.stringify({ order: row.order, traceparent: row.traceparent }),
    ...MOVING_COLUMNS.slice(0, -2),
    (row) => row.wakeAt,
    (row) => row.createdAt,
    (row) => row.updatedAt,
  ]);
  write(
    UPDATE_SAGAS,
    state.sagas.updates(),
    [(row) => row.instance.id, (row) => state.sagas.stored(row.instance.id)?.rev, ...MOVING_COLUMNS],
    true,
  );
  write(INSERT_ORDERS, state.orders.inserts(), [
    (row) => row.id,
    (row) => row.sagaId,
    (row) => row.customerId,
    (row) => JSON.stringify(row.lines),
    (row) => row.totalMinor,
    (row) => row.currency,
    (row) => row.paymentMethod,
    (row) => row.status,
    (row) => row.origin,
  ]);
  write(
    UPDATE_ORDERS,
    state.orders.updates(),
    [(row) => row.id, (row) => row.sagaId, (row) => row.status],
    true,
  );
  write(INSERT_HISTORY, state.history.all(), [
    (row) => row.sagaId,
    (row) => row.transition.seq,
    ({ transition, delivery }) =>
      JSON.stringify(delivery === null ? transition : { ...transition, delivery }),
  ]);
  const due = [
    (row: { sagaId: string }) => row.sagaId,
    (row: { wakeAt: number }) => row.wakeAt,
    (row: { inFlight: boolean }) => row.inFlight,
  ] as const;
  write(INSERT_DUE, state.dueAdded.all(), due);
  write(MOVE_DUE, lastPerSaga(state.dueMoved.all()), due);
  write(DELETE_DUE, state.dueRemoved.all(), [(sagaId) => sagaId]);
  write(INSERT_WAITING, state.waitingAdded.all(), [(sagaId) => sagaId]);
  write(DELETE_WAITING, state.waitingRemoved.all(), [(sagaId) => sagaId]);
  return [...writes, ...insertInbox(sql, state.inbox.inserts())];
}

/** What changes in a saga's row, in the order of both statements. */
const MOVING_COLUMNS: readonly ((row: SagaRow) => unknown)[] = [
  (row) => row.instance.status,
  (row) => row.instance.outstanding?.stepIndex ?? row.instance.steps.length,
  (row) => row.instance.direction,
  (row) => storedSteps(row.instance.steps),
  (row) => json(row.instance.outstanding),
  (row) => json(row.instance.failure),
  (row) => row.instance.attention?.reason ?? null,
  (row) => row.instance.attention?.since ?? null,
  (row) => row.instance.admitted,
  (row) => row.instance.seq,
  (row) => row.rev,
  (row) => row.wakeAt,
  (row) => row.updatedAt,
];

const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** `update … from unnest` with a repeated key would apply one of them, any (rule L3). */
function lastPerSaga<Row extends { readonly sagaId: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.sagaId, row])).values()];
}
