import {
  type InventoryCommand,
  type PaymentCommand,
  paymentIdOf,
  reservationIdOf,
} from '@order-saga/contracts';
import { openInventoryOrm } from '@order-saga/inventory-service';
import {
  type InventoryMessage,
  type InventoryState,
  inventoryDecider,
  inventoryTurnSql,
} from '@order-saga/inventory-service/core';
import type { TurnState } from '@order-saga/messaging';
import { openPaymentsDatabase } from '@order-saga/payment-service';
import {
  leaseClaims,
  type PaymentMessage,
  type PaymentState,
  paymentDecider,
  paymentTurn,
} from '@order-saga/payment-service/core';
import { silentLog } from '@order-saga/service-kit';
import { describe, expect, test } from 'vitest';
import { INVENTORY_HANDLERS, inventorySpecs } from '../../src/store/inventory-store.ts';
import { memoryLeases, PAYMENT_HANDLERS, paymentSpecs } from '../../src/store/payment-store.ts';
import { comparable, inMemory, onPostgres, type Service, type Stage } from './stage.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const lease = { by: 'payment-0#1', firstMs: 1_200, longestMs: 5_000 };

const payments: Service<PaymentMessage, PaymentState, unknown> = {
  name: 'payments',
  turnSql: paymentTurn,
  decider: paymentDecider({ lease, horizonMs: 86_400_000 }),
  specs: paymentSpecs,
  handlers: PAYMENT_HANDLERS,
  openOrm: (url) => openPaymentsDatabase(url, silentLog),
};

const PRODUCT = uuid(800);

const inventory: Service<InventoryMessage, InventoryState, unknown> = {
  name: 'inventory',
  turnSql: inventoryTurnSql,
  decider: inventoryDecider({ horizonMs: 86_400_000 }),
  specs: inventorySpecs,
  handlers: INVENTORY_HANDLERS,
  openOrm: (url) => openInventoryOrm(url, silentLog),
  prepareSql: `insert into inventory (product_id, available_quantity, reserved_quantity, sold_quantity) values ('${PRODUCT}', 5, 0, 0)`,
  prepareMemory: (database) =>
    database.table('inventory').put(PRODUCT, {
      product_id: PRODUCT,
      available_quantity: 5,
      reserved_quantity: 0,
      sold_quantity: 0,
    }),
};

async function plays<Message, State extends TurnState>(
  service: Service<Message, State, unknown>,
  script: Parameters<typeof inMemory<Message, State, unknown>>[1],
  expected: readonly string[],
): Promise<void> {
  const postgres = await onPostgres(service, script);
  const memory = await inMemory(service, script);
  const logs = comparable(postgres, memory);
  expect(logs.memory).toEqual(logs.postgres);
  expect(postgres.filter((entry) => typeof entry === 'string')).toEqual(expected);
}

async function turn<Message, State extends TurnState>(
  stage: Stage<Message, State>,
  name: string,
  messages: readonly Message[],
  afterConflict = false,
): Promise<void> {
  const lane = await stage.session(name);
  await lane.commit(await lane.decide(messages, afterConflict));
}

const envelope = (saga: number, type: string) => ({
  id: uuid(500 + saga),
  sagaId: uuid(saga),
  idempotencyKey: `${uuid(saga)}:${type}`,
  createdAt: '2025-12-31T23:00:00.000Z',
});

describe('payments', () => {
  const pay = (
    saga: number,
    order = saga,
    type: PaymentCommand['type'] = 'ProcessPayment',
  ): PaymentCommand => ({
    ...envelope(saga, `${type} ${order}`),
    type,
    payload: {
      orderId: uuid(100 + order),
      amount: { minor: 9_999, currency: 'USD' },
      paymentMethod: 'test_approve',
    },
  });
  const process = (saga: number, order = saga): PaymentMessage => ({
    kind: 'process',
    command: pay(saga, order),
    traceparent: undefined,
  });
  const settled = (saga: number): PaymentMessage => ({
    kind: 'charge-settled',
    orderId: uuid(100 + saga),
    paymentId: paymentIdOf(uuid(saga)),
    outcome: { kind: 'captured', capturedMinor: 9_999 },
    traceparent: undefined,
  });
  const undone = (saga: number, minor: number): PaymentMessage => ({
    kind: 'undo-settled',
    command: pay(saga, saga, 'CompensatePayment'),
    settlement: { capturedMinor: minor, returnedMinor: minor },
    traceparent: undefined,
  });

  test('a payment is pending, captured and returned, and its waiting action answered', () =>
    plays(
      payments,
      async (stage) => {
        await turn(stage, 'a', [process(1), process(2)]);
        await turn(stage, 'b', [settled(1), undone(2, 0), process(1)]);
        await turn(stage, 'c', [undone(1, 9_999), undone(3, 0)]);
        await turn(stage, 'd', [process(1), process(2), process(3), undone(1, 9_999)], true);
      },
      ['a committed', 'b committed', 'c committed', 'd committed'],
    ));

  test('an action and its undo collide on one key', () =>
    plays(
      payments,
      async (stage) => {
        const a = await stage.session('a');
        const b = await stage.session('b');
        const action = await a.decide([process(1)]);
        await b.commit(await b.decide([undone(1, 0)]));
        await a.commit(action);
        await a.commit(await a.decide([process(1)], true));
      },
      ['b committed', 'a conflict 23505', 'a committed'],
    ));

  test('a second order of one saga collides on the id of its payment', () =>
    plays(
      payments,
      async (stage) => {
        await turn(stage, 'a', [process(1)]);
        await turn(stage, 'b', [process(1, 2)]);
      },
      ['a committed', 'b conflict 23505'],
    ));

  test('a settled payment is not settled again', () =>
    plays(
      payments,
      async (stage) => {
        await turn(stage, 'a', [process(1)]);
        const b = await stage.session('b');
        const stale = await b.decide([undone(1, 0)]);
        await b.rollback();
        await turn(stage, 'c', [undone(1, 0)]);
        await b.load([settled(1)]);
        await b.commit(stale);
      },
      ['a committed', 'c committed', 'b conflict SG001'],
    ));

  test('a lease that ran out is taken once', () =>
    plays(
      payments,
      async (stage, { orm, database, life }) => {
        await turn(stage, 'a', [process(1), process(2)]);
        const terms = { ...lease, by: 'payment-1#1' };
        const claims = orm
          ? leaseClaims(orm as Parameters<typeof leaseClaims>[0], terms)
          : memoryLeases(database as NonNullable<typeof database>, life, terms);
        for (let round = 0; round < 2; round += 1) {
          const claimed = await claims.claim({ limit: 10, ownToo: false });
          stage.log.push(
            claimed.map(({ payment }) => [
              payment.orderId,
              payment.attempts,
              payment.leaseBy,
              payment.waiting,
            ]),
          );
        }
      },
      ['a committed'],
    ));
});

describe('inventory', () => {
  const stock = (
    saga: number,
    quantity: number,
    type: InventoryCommand['type'] = 'ReserveInventory',
  ): InventoryMessage => ({
    kind: 'command',
    command: {
      ...envelope(saga, type),
      type,
      payload: { orderId: uuid(100 + saga), lines: [{ productId: PRODUCT, quantity }] },
    },
    traceparent: undefined,
  });
  const restock = (key: string, delta: number): InventoryMessage => ({
    kind: 'restock',
    input: { key, productId: PRODUCT, delta },
  });

  test('stock is reserved, sold, released and added', () =>
    plays(
      inventory,
      async (stage) => {
        await turn(stage, 'a', [stock(1, 2), stock(2, 2), stock(3, 9), restock('k', 4)]);
        await turn(stage, 'b', [
          stock(1, 2, 'ConfirmInventory'),
          stock(2, 2, 'CompensateInventory'),
          stock(4, 1, 'CompensateInventory'),
        ]);
        await turn(stage, 'c', [stock(1, 2), stock(2, 2), stock(4, 1), restock('k', 4)], true);
      },
      ['a committed', 'b committed', 'c committed'],
    ));

  test('a reservation and its tombstone collide on one key', () =>
    plays(
      inventory,
      async (stage) => {
        const a = await stage.session('a');
        const b = await stage.session('b');
        const undo = await a.decide([stock(1, 1, 'CompensateInventory')]);
        await b.commit(await b.decide([stock(1, 1)]));
        await a.commit(undo);
        await a.commit(await a.decide([stock(1, 1, 'CompensateInventory')], true));
      },
      ['b committed', 'a conflict 23505', 'a committed'],
    ));

  test('stock below zero and a turned reservation are refused by the store itself', () =>
    plays(
      inventory,
      async (stage) => {
        const a = await stage.session('a');
        const stale = await a.decide([stock(1, 4)]);
        await a.rollback();
        await turn(stage, 'b', [stock(2, 4)]);
        await a.load([stock(1, 4)]);
        await a.commit(stale);
        const released = await a.decide([stock(2, 4, 'CompensateInventory')]);
        await a.rollback();
        await turn(stage, 'c', [stock(2, 4, 'CompensateInventory')]);
        await a.load([stock(2, 4, 'CompensateInventory')]);
        await a.commit(released);
      },
      ['b committed', 'a conflict 23514', 'c committed', 'a conflict SG001'],
    ));

  test('the row in the way is found by every key after a conflict', () =>
    plays(
      inventory,
      async (stage) => {
        await turn(stage, 'a', [stock(1, 1)]);
        const reader = await stage.session('reader');
        const other = stock(1, 1) as Extract<InventoryMessage, { kind: 'command' }>;
        const { command } = other;
        await reader.load(
          [{ ...other, command: { ...command, payload: { ...command.payload, orderId: uuid(177) } } }],
          true,
        );
        await reader.rollback();
        stage.log.push(reservationIdOf(uuid(1)));
      },
      ['a committed', reservationIdOf(uuid(1))],
    ));
});
