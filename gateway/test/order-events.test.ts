import { encodeOrderEvent, type SagaTransition, TOPICS } from '@order-saga/contracts';
import { createMemoryBroker, messageSignatures } from '@order-saga/messaging/transport';
import { eventually } from '@order-saga/testkit';
import { expect, test } from 'vitest';
import { SagaFeed } from '../src/saga-feed/feed.ts';
import { consumeOrderEvents } from '../src/saga-feed/order-events.ts';

const ORDER = '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d01';
const SAGA = '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d02';
const CUSTOMER = '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d03';

const transition = (seq: number, orderStatus: SagaTransition['orderStatus']): SagaTransition => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'StepCompleted',
  step: 'ApproveOrder',
  sagaStatus: 'InProgress',
  orderStatus,
  currentStep: 'ConfirmInventory',
  failure: null,
});

const eventOf = (told: SagaTransition) => ({
  topic: TOPICS.orderEvents.name,
  key: ORDER,
  value: encodeOrderEvent({
    id: SAGA,
    type: 'OrderApproved',
    order: {
      orderId: ORDER,
      customerId: CUSTOMER,
      lines: [{ productId: SAGA, quantity: 1 }],
      total: { minor: 100, currency: 'USD' },
      paymentMethod: 'credit_card',
    },
    sagaId: SAGA,
    transitions: [told],
  }),
  headers: {},
});

test('where messages are signed, an event that is not signed by ours tells no subscriber anything (O7)', async () => {
  const ours = messageSignatures([{ id: 'k', secret: 'known to all processes of this system' }]);
  const theirs = messageSignatures([{ id: 'k', secret: 'a guess at the secret of this system' }]);
  const broker = createMemoryBroker();
  await broker.ensureTopics([TOPICS.orderEvents]);
  const feed = new SagaFeed({
    history: {
      identify: async (orderId) => ({ orderId, customerId: CUSTOMER, sagaId: SAGA }),
      after: async () => [transition(1, 'created')],
      versions: async (ids) => ids.map(() => 1),
    },
    maxBehind: 10,
    onFetchFailed: (error) => expect.unreachable(String(error)),
  });
  const forged: string[] = [];
  const consumer = consumeOrderEvents({
    broker,
    feed,
    orderFeed: { size: 0, isWatched: () => false, hint: () => undefined },
    instanceId: 'test',
    signatures: ours,
    onForged: (_, { cause }) => forged.push(cause),
    onUnreadable: (_, problem) => expect.unreachable(String(problem)),
  });
  await consumer.start();
  const updates = await feed.watch({ orderId: ORDER, afterVersion: 1, mayWatch: () => undefined });

  const lie = eventOf(transition(2, 'cancelled'));
  const truth = eventOf(transition(2, 'approved'));
  await broker.publish([lie, ...[theirs?.sign(lie), ours?.sign(truth)].filter((sent) => sent !== undefined)]);
  expect((await updates.next()).value).toMatchObject({ seq: 2, orderStatus: 'approved' });
  await eventually(() => expect(forged).toEqual(['UNSIGNED', 'BAD_SIGNATURE']));

  await consumer.stop();
  await broker.close();
});
