import { defineEntity, p } from '@mikro-orm/postgresql';
import type { SagaStatus } from '@order-saga/contracts';
import { MESSAGING_ENTITIES } from '@order-saga/messaging';
import type { Direction, Outstanding, SagaInstance } from '@order-saga/saga';
import type { SagaContext, StoredStep } from '../orchestrator/columns.ts';
import type { Order } from '../orders/order.ts';

/** The entities of the database `orders`. The hot path writes these tables with set-based SQL; reads and the rest go through here. */

export const SagaEntity = defineEntity({
  name: 'Saga',
  tableName: 'saga_transactions',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    customerId: p.uuid(),
    definition: p.text(),
    context: p.json<SagaContext>().columnType('json'),
    status: p.text().$type<SagaStatus>(),
    currentStep: p.integer(),
    direction: p.text().$type<Direction>(),
    steps: p.json<StoredStep[]>().columnType('json'),
    outstanding: p.json<Outstanding>().columnType('json').strictNullable(),
    failure: p.json<NonNullable<SagaInstance['failure']>>().columnType('json').strictNullable(),
    attention: p.text().strictNullable(),
    attentionSince: p.datetime().columnType('timestamptz(3)').strictNullable(),
    admitted: p.boolean(),
    seq: p.integer().comment('counts the transitions; the version that clients see'),
    rev: p.integer().comment('the row guard: every write raises it'),
    wakeAt: p.datetime().columnType('timestamptz(3)').comment('what saga_due was last set to'),
    createdAt: p.datetime().columnType('timestamptz(3)'),
    updatedAt: p.datetime().columnType('timestamptz(3)'),
  },
  uniques: [{ name: 'saga_transactions_order_id_unique', properties: ['orderId'] }],
  indexes: [
    { name: 'saga_transactions_created_at_id_index', properties: ['createdAt', 'id'] },
    {
      name: 'saga_transactions_customer_id_created_at_id_index',
      properties: ['customerId', 'createdAt', 'id'],
    },
    {
      name: 'saga_transactions_attention_index',
      properties: ['createdAt', 'id'],
      where: 'attention is not null',
    },
  ],
  checks: [
    {
      name: 'saga_transactions_status_check',
      expression: "status in ('Started', 'InProgress', 'Completed', 'Compensating', 'Compensated', 'Failed')",
    },
  ],
});

export const SagaDueEntity = defineEntity({
  name: 'SagaDue',
  tableName: 'saga_due',
  properties: {
    sagaId: p.uuid().primary(),
    wakeAt: p.datetime().columnType('timestamptz(3)').comment('a lower bound of when the saga is next due'),
    inFlight: p.boolean().comment('admitted and without attention: counted by the admission window'),
  },
  indexes: [
    { name: 'saga_due_wake_at_index', properties: ['wakeAt'] },
    { name: 'saga_due_in_flight_index', properties: ['sagaId'], where: 'in_flight' },
  ],
});

export const SagaHistoryEntity = defineEntity({
  name: 'SagaHistory',
  tableName: 'saga_history',
  properties: {
    sagaId: p.uuid().primary(),
    seq: p.integer().primary(),
    entry: p.text().comment('the transition as JSON'),
    at: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
});

export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    sagaId: p.uuid(),
    customerId: p.uuid(),
    lines: p.json<Order['lines']>().columnType('jsonb'),
    totalMinor: p.bigint('number'),
    currency: p.text(),
    paymentMethod: p.text(),
    status: p.text().$type<Order['status']>(),
    origin: p.text().$type<Order['origin']>(),
    createdAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    updatedAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
  checks: [
    { name: 'orders_status_check', expression: "status in ('created', 'approved', 'cancelled')" },
    { name: 'orders_origin_check', expression: "origin in ('ours', 'foreign', 'tombstone')" },
    { name: 'orders_total_minor_check', expression: 'total_minor > 0' },
  ],
});

export const ClientKeyEntity = defineEntity({
  name: 'ClientKey',
  tableName: 'client_keys',
  properties: {
    customerId: p.uuid().primary(),
    key: p.text().primary(),
    orderId: p.uuid(),
    sagaId: p.uuid(),
    sent: p.text().comment('what the client sent, as canonical JSON; a repeat is compared with it'),
    at: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
});

export const OrderRetryEntity = defineEntity({
  name: 'OrderRetry',
  tableName: 'order_retries',
  properties: {
    orderId: p.uuid().primary().comment('a cancelled order'),
    retriedBy: p.uuid().comment('the order that was placed instead of it'),
    at: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
  uniques: [{ name: 'order_retries_retried_by_unique', properties: ['retriedBy'] }],
});

export const RequestEntity = defineEntity({
  name: 'Request',
  tableName: 'requests',
  properties: {
    id: p.uuid().primary(),
    sagaId: p.uuid(),
    answer: p.text(),
    at: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
});

export const WaitingEntity = defineEntity({
  name: 'Waiting',
  tableName: 'waiting',
  properties: {
    n: p.bigint('number').columnType('bigint').primary().autoincrement().generated('identity'),
    sagaId: p.uuid(),
  },
  uniques: [{ name: 'waiting_saga_id_unique', properties: ['sagaId'] }],
});

export const ResendBudgetEntity = defineEntity({
  name: 'ResendBudget',
  tableName: 'resend_budget',
  properties: {
    id: p.integer().primary().autoincrement(false),
    tokens: p.double(),
    at: p.datetime().columnType('timestamptz(3)'),
  },
});

export const ENTITIES = [
  SagaEntity,
  SagaDueEntity,
  SagaHistoryEntity,
  OrderEntity,
  ClientKeyEntity,
  OrderRetryEntity,
  RequestEntity,
  WaitingEntity,
  ResendBudgetEntity,
  ...MESSAGING_ENTITIES,
];
