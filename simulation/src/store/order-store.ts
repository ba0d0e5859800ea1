import type { OrderView } from '@order-saga/contracts';
import type { AdmissionStore, OrderLookups, WakeUpStore } from '@order-saga/order-service/core';
import { orderView, readSaga, type SagaColumns } from '@order-saga/order-service/core';
import type { Life } from '../world/life.ts';
import type { Database } from './database.ts';
import { MESSAGING_HANDLERS, MESSAGING_SPECS } from './messaging-store.ts';
import {
  type Call,
  deleteRows,
  type Handlers,
  insertRows,
  list,
  lockRows,
  readRows,
  says,
  updateRows,
} from './statements.ts';
import type { Row, TableSpec } from './table.ts';

/** The orders database in memory: the statements of the orchestrator's LOAD and SAVE, and the ports beside the lanes. */

export function orderSpecs(): TableSpec[] {
  let line = 0;
  return [
    ...MESSAGING_SPECS,
    {
      name: 'saga_transactions',
      primary: ['id'],
      uniques: [{ name: 'saga_transactions_order_id_unique', of: (row) => row.order_id as string }],
      travels: { context: 'json', steps: 'json', outstanding: 'json', failure: 'json' },
    },
    { name: 'saga_due', primary: ['saga_id'] },
    { name: 'saga_history', primary: ['saga_id', 'seq'] },
    {
      name: 'orders',
      primary: ['id'],
      travels: { lines: 'json' },
      checks: [{ name: 'orders_total_minor_check', holds: (row) => (row.total_minor as number) > 0 }],
    },
    { name: 'client_keys', primary: ['customer_id', 'key'] },
    { name: 'requests', primary: ['id'] },
    {
      name: 'order_retries',
      primary: ['order_id'],
      uniques: [{ name: 'order_retries_retried_by_unique', of: (row) => row.retried_by as string }],
    },
    {
      name: 'waiting',
      primary: ['saga_id'],
      defaults: () => {
        line += 1;
        return { n: line };
      },
    },
    { name: 'resend_budget', primary: ['id'] },
  ];
}

const keyPairs = (call: Call): string[] => {
  const keys = list(call, 1);
  return list(call, 0).map((customer, index) => `${customer} ${keys[index]}`);
};

const text = (value: unknown): string => value as string;

export const ORDER_HANDLERS: Handlers = {
  ...MESSAGING_HANDLERS,
  'sagas-lock': (call) => lockRows(call, call.database.table('saga_transactions'), () => list(call, 0)),
  'orders-lock': (call) =>
    lockRows(call, call.database.table('orders'), () => {
      const sagas = readRows(call, call.database.table('saga_transactions'), list(call, 1));
      return [...list(call, 0), ...sagas.map((saga) => text(saga.order_id))];
    }),
  'client-keys-select': (call) => readRows(call, call.database.table('client_keys'), keyPairs(call)),
  'client-keys-sagas'(call) {
    const keys = readRows(call, call.database.table('client_keys'), keyPairs(call));
    return readRows(
      call,
      call.database.table('saga_transactions'),
      keys.map((key) => text(key.saga_id)),
    );
  },
  'requests-select': (call) => readRows(call, call.database.table('requests'), list(call, 0)),
  'sagas-of-orders'({ database, values }) {
    const table = database.table('saga_transactions');
    return (values[0] as readonly string[])
      .map((id) => table.findBy('saga_transactions_order_id_unique', id))
      .filter((row) => row !== undefined);
  },
  'outbox-of-sagas'(call) {
    const sagas = readRows(call, call.database.table('saga_transactions'), list(call, 0));
    const ids = new Set([...call.database.table('outbox_events').rows.values()].map((row) => row.id));
    return sagas.flatMap((saga) => {
      const id = (saga.outstanding as { commandId: string } | null)?.commandId;
      return id !== undefined && ids.has(id) ? [{ id }] : [];
    });
  },
  'client-keys-insert': insertRows,
  'requests-insert': insertRows,
  'retries-select': (call) => readRows(call, call.database.table('order_retries'), list(call, 0)),
  'retries-insert': insertRows,
  'sagas-insert': insertRows,
  'sagas-update': updateSagas,
  'orders-insert': insertRows,
  'orders-update'(call) {
    const [, sagaIds = [], statuses = []] = call.values as readonly (readonly unknown[])[];
    return updateRows(call, call.database.table('orders'), list(call, 0), (row, index) =>
      row.saga_id === sagaIds[index] && (row.status === 'created' || !says(call, "o.status = 'created'"))
        ? { ...row, status: statuses[index] }
        : null,
    );
  },
  'history-insert': insertRows,
  'due-insert': insertRows,
  'due-move'(call) {
    const [, wakeAts = [], inFlight = []] = call.values as readonly (readonly unknown[])[];
    return updateRows(call, call.database.table('saga_due'), list(call, 0), (row, index) => ({
      ...row,
      wake_at: wakeAts[index],
      in_flight: inFlight[index],
    }));
  },
  'due-delete': (call) => deleteRows(call, call.database.table('saga_due'), list(call, 0)),
  'waiting-insert': insertRows,
  'waiting-delete': (call) => deleteRows(call, call.database.table('waiting'), list(call, 0)),
};

/** Its columns in the order of the statement's parameters, after id and expected rev. */
function updateSagas(call: Call): readonly Row[] {
  const columns = call.values as readonly (readonly unknown[])[];
  const isGuarded = says(call, 's.rev = new.expected_rev');
  return updateRows(call, call.database.table('saga_transactions'), list(call, 0), (row, index) => {
    const [, revs, status, step, direction, steps, outstanding, failure, attention, since, ...rest] = columns;
    const [admitted, seq, rev, wakeAt, updatedAt] = rest;
    if (isGuarded && row.rev !== revs?.[index]) return null;
    return {
      ...row,
      status: status?.[index],
      current_step: step?.[index],
      direction: direction?.[index],
      steps: parsed(steps?.[index]),
      outstanding: parsed(outstanding?.[index]),
      failure: parsed(failure?.[index]),
      attention: attention?.[index],
      attention_since: since?.[index],
      admitted: admitted?.[index],
      seq: seq?.[index],
      rev: rev?.[index],
      wake_at: wakeAt?.[index],
      updated_at: updatedAt?.[index],
    };
  });
}

const parsed = (json: unknown): unknown => (typeof json === 'string' ? JSON.parse(json) : json);

/** As in the statement of the product. */
const WAKE_LEASE_MS = 30_000;

export function memoryWakeUps(database: Database, life: Life, resendsPerSecond: number): WakeUpStore {
  return {
    claim: (limit) =>
      database.statement(life, 'claim wake-ups', (transaction) => {
        const table = database.table('saga_due');
        const now = database.clock();
        const due: [string, Row][] = [];
        for (const entry of table.rows)
          if ((entry[1].wake_at as number) <= now && transaction.isFree(table, entry[0])) due.push(entry);
        due.sort(([, a], [, b]) => (a.wake_at as number) - (b.wake_at as number));
        const claimed = due.slice(0, limit);
        for (const [key, row] of claimed)
          transaction.update(table, key, { ...row, wake_at: now + WAKE_LEASE_MS });
        return claimed.map(([key]) => key);
      }),
    takeResends: (wanted) =>
      database.statement(life, 'take re-sends', (transaction) => {
        const table = database.table('resend_budget');
        const now = database.clock();
        const { tokens = 0, at = now } = (table.rows.get('1') ?? {}) as { tokens?: number; at?: number };
        const available = Math.min(resendsPerSecond, tokens + ((now - at) / 1_000) * resendsPerSecond);
        const taken = Math.min(Math.floor(available), wanted);
        transaction.update(table, '1', { id: '1', tokens: available - taken, at: now });
        return taken;
      }),
    giveBackResends: (unused) =>
      database.statement(life, 'give re-sends back', (transaction) => {
        const table = database.table('resend_budget');
        const row = table.rows.get('1');
        const tokens = Math.min(resendsPerSecond, ((row?.tokens as number) ?? 0) + unused);
        transaction.update(table, '1', { id: '1', at: database.clock(), ...row, tokens });
      }),
  };
}

export const memoryAdmission = (database: Database, life: Life): AdmissionStore => ({
  count: (bound) =>
    database.statement(life, 'count sagas in flight', () => {
      let inFlight = 0;
      for (const row of database.table('saga_due').rows.values()) if (row.in_flight) inFlight += 1;
      return { inFlight: Math.min(inFlight, bound), hasWaiting: database.table('waiting').rows.size > 0 };
    }),
  next: (limit) =>
    database.statement(life, 'first in line', () =>
      [...database.table('waiting').rows.values()]
        .sort((a, b) => (a.n as number) - (b.n as number))
        .slice(0, limit)
        .map((row) => text(row.saga_id)),
    ),
});

/** An order as a client would see it at this instant. */
export function lookAt(database: Database, orderId: string): OrderView | null {
  const row = database.table('saga_transactions').findBy('saga_transactions_order_id_unique', orderId);
  return row === undefined ? null : orderView(readSaga(row as unknown as SagaColumns));
}

export function memoryLookups(database: Database, life: Life): OrderLookups {
  const sagas = database.table('saga_transactions');
  const sagaOf = (orderId: string) => sagas.findBy('saga_transactions_order_id_unique', orderId);
  return {
    orderById: (id) => database.statement(life, 'look an order up', () => lookAt(database, id)),
    sagaIdOf: (orderId) =>
      database.statement(life, "look an order's saga up", () => text(sagaOf(orderId)?.id ?? null)),
    byClientKey: (customerId, key) =>
      database.statement(life, 'look a client key up', () => {
        const row = database.table('client_keys').rows.get(`${customerId} ${key}`);
        return row === undefined ? null : { orderId: text(row.order_id), sent: text(row.sent) };
      }),
  };
}
