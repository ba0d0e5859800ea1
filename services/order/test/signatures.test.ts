import { TOPICS } from '@order-saga/contracts';
import { type IncomingMessage, messageSignatures, SIGNATURE_HEADER } from '@order-saga/messaging';
import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOrderConfig } from '../src/index.ts';
import { type OrderSystem, startOrders } from './system/order-system.ts';

const newKey = { id: 'new', secret: 'the-secret-of-this-year-shared-by-all' };
const oldKey = { id: 'old', secret: 'the-secret-of-the-year-before-this-one' };
const MESSAGE_SIGNING_KEYS = [newKey, oldKey].map(({ id, secret }) => `${id}:${secret}`).join(',');

describe('Where messages are signed (O7)', () => {
  let orders: OrderSystem;
  const sent: IncomingMessage[] = [];
  const lettersOf = async () => (await orders.trpc.deadLetters.list.query({ limit: 100 })).items;
  const signAs = (...keys: { id: string; secret: string }[]) => {
    orders.participants.signatures = messageSignatures(keys);
  };

  beforeAll(async () => {
    orders = await startOrders({ env: { MESSAGE_SIGNING_KEYS } });
    const reader = orders.broker.consume({
      groupId: 'an observer',
      topics: Object.values(TOPICS).map(({ name }) => name),
      from: 'earliest',
      onMessages: async (messages) => {
        sent.push(...messages);
        for (const message of messages) reader.done(message);
      },
    });
    await reader.start();
  });
  afterAll(async () => {
    await orders.atRest();
    await orders.stop();
  });

  test('everything that leaves is signed under the first key, and nothing stored is', async () => {
    signAs(newKey);
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'approved' });
    await orders.sagaStatus(placed.saga_id, 'Completed');
    const ours = sent.filter(({ topic }) => topic !== TOPICS.orderReplies.name);
    expect(ours.length).toBeGreaterThan(3);
    const signatures = messageSignatures([newKey]);
    expect(ours.map((message) => signatures?.verify(message))).toEqual(ours.map(() => null));
  });

  test('a participant that still signs under the old key is believed: keys rotate while orders flow', async () => {
    signAs(oldKey);
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'approved' });
    expect(await lettersOf()).toEqual([]);
  });

  test('seed defect 74: a forged reply to the very command that is outstanding is a dead letter, and moves nothing', async () => {
    orders.participants.script = () => 'silent';
    const placed = await orders.place();
    const command = await orders.participants.first('ProcessPayment', placed.saga_id);
    signAs();
    await orders.participants.answer(command);
    signAs({ ...newKey, secret: 'a guess at the secret of this system' });
    await orders.participants.answer(command);
    await eventually(async () => {
      const causes = (await lettersOf()).map(({ cause }) => cause).toSorted();
      expect(causes).toEqual(['BAD_SIGNATURE', 'UNSIGNED']);
    });
    expect(await orders.historyOf(placed.saga_id)).toEqual(['SagaStarted', 'StepCompleted CreateOrder']);

    signAs(newKey);
    orders.participants.script = () => 'succeeds';
    await orders.participants.answer(command);
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'approved' });
  });

  test('a flood of forged replies holds no good one back, and is counted by cause', async () => {
    signAs();
    const forged = sent.find(({ topic }) => topic === TOPICS.orderReplies.name);
    await orders.broker.publish(
      Array.from({ length: 3_000 }, (_, n) => ({
        topic: TOPICS.orderReplies.name,
        key: String(n),
        value: `${forged?.value} ${n}`,
        headers: { [SIGNATURE_HEADER]: String(forged?.headers[SIGNATURE_HEADER]) },
      })),
    );
    signAs(newKey);
    const placed = await orders.place();
    expect(await orders.order(placed.order_id)).toMatchObject({ status: 'approved' });
    await eventually(async () => {
      const metrics = await (await fetch(`${orders.url}/metrics`)).text();
      expect(metrics).toMatch(
        /order_saga_forged_messages_total\{cause="BAD_SIGNATURE",service="order"\} 3001/,
      );
    });
    expect((await lettersOf()).length).toBeLessThanOrEqual(20);
    expect(await (await fetch(`${orders.url}/ready`)).json()).toMatchObject({ status: 'ready' });
  });
});

test('signatures and a participant that signs nothing exclude each other, and the service says so at its start', () => {
  const env = {
    DATABASE_URL: 'postgresql://me@127.0.0.1/orders',
    KAFKA_BROKERS: 'nobody:9092',
    ADMIN_TOKEN: 'the-token-of-this-test-run',
    AUTH: 'development',
    MESSAGE_SIGNING_KEYS,
  };
  expect(readOrderConfig(env).MESSAGE_SIGNING_KEYS).toEqual([newKey, oldKey]);
  expect(() => readOrderConfig({ ...env, PAYMENT_PARTICIPANT: 'seed' })).toThrow(
    /MESSAGE_SIGNING_KEYS: must be left out beside a participant of the seed, which signs nothing/,
  );
});
