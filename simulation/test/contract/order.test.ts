import { type OrderCommand, paymentIdOf } from '@order-saga/contracts';
import { openOrdersDatabase } from '@order-saga/order-service';
import {
  admissionStore,
  type OrderMessage,
  type OrderState,
  orchestrator,
  orderTurnSql,
  placeOrderSaga,
  wakeUpStore,
} from '@order-saga/order-service/core';
import { commandId } from '@order-saga/saga';
import { silentLog } from '@order-saga/service-kit';
import { expect, test } from 'vitest';
import { memoryAdmission, memoryWakeUps, ORDER_HANDLERS, orderSpecs } from '../../src/store/order-store.ts';
import { comparable, inMemory, NOW, onPostgres, type Service, type Stage } from './stage.ts';

const definition = placeOrderSaga({ orderPlacement: 'local' });

const service: Service<OrderMessage, OrderState, unknown> = {
  name: 'orders',
  turnSql: orderTurnSql,
  decider: orchestrator({ definition, observe: () => undefined }),
  specs: orderSpecs,
  handlers: ORDER_HANDLERS,
  openOrm: (url) => openOrdersDatabase(url, silentLog),
};

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const start = (n: number, about: Partial<Extract<OrderMessage, { kind: 'start' }>> = {}): OrderMessage => ({
  kind: 'start',
  sagaId: uuid(n),
  order: {
    orderId: uuid(100 + n),
    customerId: uuid(900),
    lines: [{ productId: uuid(800), quantity: 2 }],
    total: { minor: 9_999, currency: 'USD' },
    paymentMethod: 'test_approve',
  },
  idempotencyKey: `key ${n}`,
  sent: '{}',
  retryOf: null,
  admitted: true,
  traceparent: undefined,
  ...about,
});

const paid = (n: number): OrderMessage => ({
  kind: 'reply',
  reply: {
    id: uuid(500 + n),
    commandId: commandId(uuid(n), 'ProcessPayment', 'forward', 0),
    sagaId: uuid(n),
    status: 'Success',
    result: { payment_id: paymentIdOf(uuid(n)) },
    error: null,
    errorCode: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  },
});

const command = (type: OrderCommand['type'], n: number): OrderMessage => ({
  kind: 'command',
  command: {
    id: uuid(700 + n),
    sagaId: uuid(600 + n),
    type,
    payload: (start(50) as Extract<OrderMessage, { kind: 'start' }>).order,
    idempotencyKey: `foreign ${type} ${n}`,
    createdAt: '2026-01-01T00:00:00.000Z',
  },
});

const cancel = (n: number): OrderMessage => ({
  kind: 'cancel',
  sagaId: uuid(n),
  requestId: uuid(400 + n),
  failure: { code: 'CANCELLED_BY_CUSTOMER', message: 'changed my mind' },
});

type OrderStage = Stage<OrderMessage, OrderState>;

/** Plays it on both; the same must come of it, and at its end what is expected. */
async function plays(
  script: Parameters<typeof inMemory<OrderMessage, OrderState, unknown>>[1],
  expected: readonly string[],
): Promise<void> {
  const postgres = await onPostgres(service, script);
  const memory = await inMemory(service, script);
  const logs = comparable(postgres, memory);
  expect(logs.memory).toEqual(logs.postgres);
  expect(postgres.filter((entry) => typeof entry === 'string')).toEqual(expected);
}

const turn = async (stage: OrderStage, name: string, messages: readonly OrderMessage[]) => {
  const lane = await stage.session(name);
  await lane.commit(await lane.decide(messages));
};

test('a saga is stored and read as it was', () =>
  plays(
    async (stage) => {
      await turn(stage, 'a', [start(1), start(2, { admitted: false, idempotencyKey: null })]);
      await turn(stage, 'b', [paid(1), cancel(2)]);
      const c = await stage.session('c');
      const wake: OrderMessage = { kind: 'wake', sagaId: uuid(1), blind: false, mayResend: true };
      await c.commit(await c.decide([wake], false, NOW + 20 * 60_000));
      const reader = await stage.session('reader');
      await reader.load(
        [paid(1), cancel(2), start(1), { kind: 'wake', sagaId: uuid(1), blind: false, mayResend: true }],
        true,
      );
      await reader.rollback();
    },
    ['a committed', 'b committed', 'c committed'],
  ));

test('a key that two take at once is the first one’s, and the second finds it', () =>
  plays(
    async (stage) => {
      const a = await stage.session('a');
      const b = await stage.session('b');
      const mine = await a.decide([start(1)]);
      const theirs = await b.decide([start(2, { idempotencyKey: 'key 1' })]);
      await a.commit(mine);
      await b.commit(theirs);
      await b.commit(await b.decide([start(2, { idempotencyKey: 'key 1' })], true));
    },
    ['a committed', 'b conflict 23505', 'b committed'],
  ));

test('an order that two retry at once is the first one’s to retry', () =>
  plays(
    async (stage) => {
      const retried = { retryOf: uuid(150) };
      const a = await stage.session('a');
      const b = await stage.session('b');
      const mine = await a.decide([start(1, retried)]);
      const theirs = await b.decide([start(2, retried)]);
      await a.commit(mine);
      await b.commit(theirs);
      await b.commit(await b.decide([start(2, retried)], true));
      const reader = await stage.session('reader');
      await reader.load([start(3, retried)], false);
      await reader.rollback();
    },
    ['a committed', 'b conflict 23505', 'b committed'],
  ));

test('who loads a saga that is locked waits, and sees what was committed', () =>
  plays(
    async (stage) => {
      await turn(stage, 'a', [start(1)]);
      const b = await stage.session('b');
      const c = await stage.session('c');
      const first = await b.decide([paid(1)]);
      const second = c.decide([cancel(1)]);
      await b.commit(first);
      await c.commit(await second);
    },
    ['a committed', 'b committed', 'c committed'],
  ));

test('a saga decided on what is no longer so is not written', () =>
  plays(
    async (stage) => {
      await turn(stage, 'a', [start(1)]);
      const b = await stage.session('b');
      const stale = await b.decide([paid(1)]);
      await b.rollback();
      await turn(stage, 'c', [cancel(1)]);
      await b.load([paid(1)]);
      await b.commit(stale);
      await b.commit(await b.decide([paid(1)]));
    },
    ['a committed', 'c committed', 'b conflict SG001', 'b committed'],
  ));

test('an order and its tombstone collide on one key', () =>
  plays(
    async (stage) => {
      const a = await stage.session('a');
      const b = await stage.session('b');
      const created = await a.decide([command('CreateOrder', 1)]);
      const cancelled = await b.decide([command('CancelOrder', 1)]);
      await b.commit(cancelled);
      await a.commit(created);
      await a.commit(await a.decide([command('CreateOrder', 1)], true));
      await turn(stage, 'c', [command('CancelOrder', 1), command('CreateOrder', 2)]);
    },
    ['b committed', 'a conflict 23505', 'a committed', 'c committed'],
  ));

test('what is rolled back was never there', () =>
  plays(
    async (stage) => {
      const a = await stage.session('a');
      await a.decide([start(1)]);
      await a.rollback();
      await a.commit(await a.decide([start(1)], true));
    },
    ['a committed'],
  ));

test('wake-ups are claimed once, re-sends have a budget, and those in line are counted', () =>
  plays(
    async (stage, { orm, database, life }) => {
      await turn(stage, 'a', [start(1), start(2), start(3, { admitted: false })]);
      const wakeUps = orm
        ? wakeUpStore(orm as Parameters<typeof wakeUpStore>[0], { resendsPerSecond: 20 })
        : memoryWakeUps(database as NonNullable<typeof database>, life, 20);
      const admission = orm
        ? admissionStore(orm as Parameters<typeof admissionStore>[0])
        : memoryAdmission(database as NonNullable<typeof database>, life);
      stage.log.push({ claimed: [...(await wakeUps.claim(2))].length });
      stage.log.push({ claimed: [...(await wakeUps.claim(10))].sort().length });
      stage.log.push({ claimed: await wakeUps.claim(10) });
      stage.log.push({ counted: await admission.count(10), next: await admission.next(10) });
    },
    ['a committed'],
  ));
