import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS } from '@order-saga/contracts';
import { createKafkaBroker, type IncomingMessage } from '@order-saga/messaging/transport';
import { silentLog } from '@order-saga/service-kit';
import { Pool } from 'undici';

/**
 * A closed loop of clients: each places an order over REST and waits until the order's end is seen on `order-events`
 * before it places the next.
 */
export interface LoopOptions {
  readonly orderUrl: string;
  readonly brokers: readonly string[];
  readonly clients: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoopResult {
  readonly clients: number;
  readonly sagas: number;
  readonly perSecond: number;
  /** From the request to the event, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const PRODUCTS = [
  '11111111-1111-1111-1111-111111111111',
  '22222222-2222-2222-2222-222222222222',
  '33333333-3333-3333-3333-333333333333',
];

export async function closedLoop(options: LoopOptions): Promise<LoopResult> {
  const ends = await watchEnds(options.brokers);
  const pool = new Pool(options.orderUrl, { connections: options.clients, pipelining: 1 });
  const latencies: number[] = [];
  const begunAt = performance.now();
  const measureFrom = begunAt + options.warmUpMs;
  const measureTo = measureFrom + options.measureMs;
  const client = async (id: number): Promise<void> => {
    for (let n = 0; performance.now() < measureTo; n++) {
      const placedAt = performance.now();
      const orderId = await place(pool, PRODUCTS[(id + n) % PRODUCTS.length] as string);
      const endedAt = await ends.of(orderId);
      if (endedAt >= measureFrom && endedAt < measureTo) latencies.push(endedAt - placedAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.clients }, (_, id) => client(id)));
  } finally {
    await pool.destroy();
    await ends.stop();
  }
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    clients: options.clients,
    sagas: latencies.length,
    perSecond: latencies.length / (options.measureMs / 1_000),
    p50: at(0.5),
    p99: at(0.99),
  };
}

/** A service that is full says so; its client comes again, and the time it took counts. */
async function place(pool: Pool, productId: string): Promise<string> {
  for (;;) {
    const orderId = await tryToPlace(pool, productId);
    if (orderId !== null) return orderId;
    await delay(COME_AGAIN_MS);
  }
}

const COME_AGAIN_MS = 100;

async function tryToPlace(pool: Pool, productId: string): Promise<string | null> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/orders',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      customer_id: '550e8400-e29b-41d4-a716-446655440000',
      product_id: productId,
      quantity: 1,
      total_amount: 99.99,
      payment_method: 'test_approve',
    }),
  });
  const answer = (await body.json()) as { order_id?: string; error?: string };
  if (statusCode === 503) return null;
  if (statusCode !== 200 || answer.order_id === undefined) {
    throw new Error(`the order was answered with ${statusCode}: ${answer.error}`);
  }
  return answer.order_id;
}

const ENDS = new Set(['OrderApproved', 'OrderCancelled']);

/** The key of an event is its order's id, and its type is in a header: no value need be read. */
async function watchEnds(brokers: readonly string[]) {
  const waiting = new Map<string, (at: number) => void>();
  const seen = new Map<string, number>();
  const broker = createKafkaBroker({
    brokers: [...brokers],
    clientId: `bench-${process.pid}`,
    log: silentLog,
  });
  const consumer = broker.consume({
    groupId: `bench-${process.pid}-${seen.size}-${performance.now()}`,
    topics: [TOPICS.orderEvents.name],
    from: 'latest',
    async onMessages(messages: readonly IncomingMessage[]) {
      const now = performance.now();
      for (const message of messages) {
        consumer.done(message);
        if (message.key === null || !ENDS.has(String(message.headers.ce_type))) continue;
        const told = waiting.get(message.key);
        if (told) {
          waiting.delete(message.key);
          told(now);
        } else seen.set(message.key, now);
      }
    },
  });
  await consumer.start();
  return {
    of(orderId: string): Promise<number> {
      const at = seen.get(orderId);
      if (at !== undefined) {
        seen.delete(orderId);
        return Promise.resolve(at);
      }
      return new Promise((resolve) => waiting.set(orderId, resolve));
    },
    async stop() {
      await consumer.stop();
      await broker.close();
    },
  };
}
