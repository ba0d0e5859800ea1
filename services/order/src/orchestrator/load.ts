import { type Sql, type Statement, selectInbox } from '@order-saga/messaging';
import { idempotencyKey } from '@order-saga/saga';
import {
  type ClientKeyColumns,
  ORDER_COLUMNS,
  type OrderColumns,
  readClientKey,
  readOrder,
  readSaga,
  SAGA_COLUMNS,
  type SagaColumns,
} from './columns.ts';
import { laneKey, type OrderMessage, type StartSaga } from './messages.ts';
import { OrderState } from './rows.ts';

/** LOAD of an order turn: the locks first, sagas then orders, each in key order (rule L1); all in one round trip. */

const LOCK_SAGAS: Statement = {
  name: 'sagas-lock',
  text: `select ${SAGA_COLUMNS} from saga_transactions s where s.id = any($1::uuid[]) order by s.id for update of s`,
};

const LOCK_ORDERS: Statement = {
  name: 'orders-lock',
  text: `
    select ${ORDER_COLUMNS} from orders o
    where o.id in (
      select unnest($1::uuid[]) union all select order_id from saga_transactions where id = any($2::uuid[]))
    order by o.id for update of o`,
};

const KNOWN_KEYS: Statement = {
  name: 'client-keys-select',
  text: `
    select k.customer_id, k.key, k.order_id, k.saga_id, k.sent from client_keys k
    join unnest($1::uuid[], $2::text[]) as asked (customer_id, key)
      on k.customer_id = asked.customer_id and k.key = asked.key`,
};

/** The sagas that known keys name, as they are; only to answer from, so they need no lock. */
const SAGAS_OF_KEYS: Statement = {
  name: 'client-keys-sagas',
  text: `
    select ${SAGA_COLUMNS} from client_keys k
    join unnest($1::uuid[], $2::text[]) as asked (customer_id, key)
      on k.customer_id = asked.customer_id and k.key = asked.key
    join saga_transactions s on s.id = k.saga_id`,
};

const REQUESTS: Statement = {
  name: 'requests-select',
  text: 'select id, saga_id, answer from requests where id = any($1::uuid[])',
};

const RETRIES: Statement = {
  name: 'retries-select',
  text: 'select order_id, retried_by from order_retries where order_id = any($1::uuid[])',
};

/** An accepted order is its saga's before it is created (rule P5). */
const ACCEPTED_FOR: Statement = {
  name: 'sagas-of-orders',
  text: 'select order_id, id from saga_transactions where order_id = any($1::uuid[])',
};

/** Any generation counts (rule O1). */
const UNPUBLISHED: Statement = {
  name: 'outbox-of-sagas',
  text: `
    select distinct e.id from saga_transactions s
    join outbox_events e on e.id = (s.outstanding ->> 'commandId')::uuid
    where s.id = any($1::uuid[])`,
};

export async function loadOrderState(
  sql: Sql,
  messages: readonly OrderMessage[],
  afterConflict: boolean,
): Promise<OrderState> {
  const starts = messages.filter((message): message is StartSaga => message.kind === 'start');
  const keyed = starts.filter((start) => start.idempotencyKey !== null);
  const running = messages.filter((message) => message.kind !== 'start' || afterConflict);
  const sagaIds = unique(running.map(laneKey));
  const commands = messages.flatMap((message) => (message.kind === 'command' ? [message.command] : []));
  const woken = messages.flatMap((message) => (message.kind === 'wake' ? [message.sagaId] : []));
  const retriedIds = starts.flatMap((start) => start.retryOf ?? []);
  const requestIds = messages.flatMap((message) => (message.kind === 'cancel' ? [message.requestId] : []));
  const keyArrays = [
    keyed.map((start) => start.order.customerId),
    keyed.map((start) => start.idempotencyKey),
  ];
  const commandedIds = commands.map((command) => command.payload.orderId);
  const orderIds = [...commandedIds, ...(afterConflict ? starts.map((start) => start.order.orderId) : [])];
  const inboxKeys = [
    ...commands.map((command) => command.idempotencyKey),
    ...(afterConflict ? sagaIds : woken).flatMap(localCommandKeys),
  ];
  const [sagas, orders, keys, keyedSagas, inbox, requests, retries, unpublished, owners] = await Promise.all([
    read<SagaColumns>(sql, sagaIds, LOCK_SAGAS, [sagaIds]),
    read<OrderColumns>(sql, [...sagaIds, ...orderIds], LOCK_ORDERS, [orderIds, sagaIds]),
    read<ClientKeyColumns>(sql, keyed, KNOWN_KEYS, keyArrays),
    read<SagaColumns>(sql, keyed, SAGAS_OF_KEYS, keyArrays),
    selectInbox(sql, inboxKeys),
    read<{ id: string; saga_id: string; answer: 'accepted' | 'PAST_PIVOT' }>(sql, requestIds, REQUESTS, [
      requestIds,
    ]),
    read<{ order_id: string; retried_by: string }>(sql, retriedIds, RETRIES, [retriedIds]),
    read<{ id: string }>(sql, woken, UNPUBLISHED, [woken]),
    read<{ order_id: string; id: string }>(sql, commandedIds, ACCEPTED_FOR, [commandedIds]),
  ]);
  return new OrderState({
    clientKeys: keys.map(readClientKey),
    // The locked rows last: they are the ones that may be written.
    sagas: [...keyedSagas, ...sagas].map(readSaga),
    orders: orders.map(readOrder),
    inbox,
    requests: requests.map((row) => ({ id: row.id, sagaId: row.saga_id, answer: row.answer })),
    retries: retries.map((row) => ({ orderId: row.order_id, retriedBy: row.retried_by })),
    unpublished: unpublished.map((row) => row.id),
    acceptedFor: owners.map((row) => ({ orderId: row.order_id, sagaId: row.id })),
  });
}

/** The commands that a saga may apply in its own transaction. */
const localCommandKeys = (sagaId: string): string[] => [
  idempotencyKey(sagaId, 'CreateOrder', 'forward', 0),
  idempotencyKey(sagaId, 'CreateOrder', 'backward', 0),
  idempotencyKey(sagaId, 'ApproveOrder', 'forward', 0),
];

function read<Columns>(
  sql: Sql,
  asked: readonly unknown[],
  statement: Statement,
  values: readonly unknown[],
): Promise<Columns[]> {
  return asked.length === 0 ? Promise.resolve([]) : sql.rows<Columns>(statement, values);
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
