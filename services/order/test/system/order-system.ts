import { randomUUID } from 'node:crypto';
import { type OrderRouter, TOPICS } from '@order-saga/contracts';
import { createMemoryBroker, type IncomingMessage, type MemoryBroker } from '@order-saga/messaging';
import { createServiceClient, silentLog } from '@order-saga/service-kit';
import { migrate } from '@order-saga/service-kit/database';
import { createDatabase, eventually } from '@order-saga/testkit';
import { openOrdersDatabase, readOrderConfig, startOrderService } from '../../src/index.ts';
import { expectAtRest, query } from './at-rest.ts';
import { ScriptedParticipants } from './scripted-participants.ts';

/** The order service as it runs, on a database of its own, a broker within the process and scripted participants. */
export const ADMIN_TOKEN = 'the-token-of-this-test-run';

export const CUP = '11111111-1111-1111-1111-111111111111';
export const POT = '22222222-2222-2222-2222-222222222222';
export const CUSTOMER = '550e8400-e29b-41d4-a716-446655440000';

/** The body of the seed's `curl` line. */
export const SEED_ORDER = { customer_id: CUSTOMER, product_id: CUP, quantity: 2, total_amount: 99.99 };

export async function orderDatabase(): Promise<string> {
  const prepare = async (url: string) => {
    const orm = openOrdersDatabase(url, silentLog);
    await migrate(orm, silentLog).finally(() => orm.close());
  };
  return (await createDatabase('orders', { template: { name: 'orders', prepare } })).url;
}

export interface OrderSystemOptions {
  readonly databaseUrl?: string;
  readonly broker?: MemoryBroker;
  readonly participants?: ScriptedParticipants;
  /** Environment variables beside those that a test always sets. */
  readonly env?: Readonly<Record<string, string>>;
}

export type OrderSystem = Awaited<ReturnType<typeof startOrders>>;

export async function startOrders(options: OrderSystemOptions = {}) {
  const databaseUrl = options.databaseUrl ?? (await orderDatabase());
  const broker = options.broker ?? createMemoryBroker();
  const participants = options.participants ?? new ScriptedParticipants(broker);
  if (!options.participants) await participants.start();
  const config = readOrderConfig({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: 'nobody:9092',
    ADMIN_TOKEN,
    NODE_ENV: 'test',
    PORT: '0',
    ...options.env,
  });
  const service = await startOrderService(config, silentLog, { broker });
  const { url } = service;
  let isStopped = false;

  const system = {
    url,
    databaseUrl,
    broker,
    participants,
    trpc: createServiceClient<OrderRouter>({ url, token: ADMIN_TOKEN, timeoutMs: 20_000 }),
    query: <Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
      query<Row>(databaseUrl, text, values),
    /** POST /orders with a JSON body, or with exactly this text. */
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async place(body: object = SEED_ORDER, headers: Record<string, string> = {}) {
      const answer = await system.post(body, headers);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as { order_id: string; saga_id: string; status: string; message: string };
    },
    async order(orderId: string, wait = '20s') {
      const answer = await fetch(`${url}/orders/${orderId}?wait=${wait}`);
      return (await answer.json()) as {
        status: string;
        failure_code: string | null;
        failure_reason: string | null;
        version: number;
        items: unknown;
        total_amount: string;
        currency: string;
      };
    },
    sagaStatus: (sagaId: string, expected: string) =>
      eventually(
        async () => {
          const saga = await system.trpc.sagas.byId.query({ id: sagaId });
          if (saga?.status !== expected) throw new Error(`it is ${saga?.status}`);
          return saga;
        },
        { describe: `saga ${sagaId} is ${expected}`, timeoutMs: 20_000 },
      ),
    async historyOf(sagaId: string) {
      const entries = await system.trpc.sagas.history.query({ sagaId });
      return entries.map(({ kind, step }) => [kind, step].filter(Boolean).join(' '));
    },
    atRest: () => expectAtRest(databaseUrl),
    /** Ends the service as a process ends that is told to; the broker and the participants go on. */
    async stop() {
      if (isStopped) return;
      isStopped = true;
      await service.stop();
    },
  };
  return system;
}

/** The values of a topic from its beginning, parsed, as they come. */
export const listenTo = (broker: MemoryBroker, topic: keyof typeof TOPICS) =>
  collect(broker, topic, ({ value }) => JSON.parse(String(value)) as Record<string, unknown>);

/** The headers of a topic's messages from its beginning, as text, as they come. */
export const headersOf = (broker: MemoryBroker, topic: keyof typeof TOPICS) =>
  collect(broker, topic, ({ headers }) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  );

async function collect<T>(
  broker: MemoryBroker,
  topic: keyof typeof TOPICS,
  read: (message: IncomingMessage) => T,
): Promise<T[]> {
  const found: T[] = [];
  const consumer = broker.consume({
    groupId: `test of ${topic} ${randomUUID()}`,
    topics: [TOPICS[topic].name],
    from: 'earliest',
    onMessages: async (messages: readonly IncomingMessage[]) => {
      for (const message of messages) {
        found.push(read(message));
        consumer.done(message);
      }
    },
  });
  await consumer.start();
  return found;
}
