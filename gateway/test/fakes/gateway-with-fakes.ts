import { createInventoryRouter, createOrderRouter, createPaymentRouter, TOPICS } from '@order-saga/contracts';
import { createMemoryBroker, type MemoryBroker } from '@order-saga/messaging';
import { createHttpServer, listen, mountTrpc, silentLog } from '@order-saga/service-kit';
import type { FastifyInstance } from 'fastify';
import { type GatewayParts, readGatewayConfig, startGateway } from '../../src/index.ts';
import { FakeInventory } from './fake-inventory.ts';
import { FakeOrders } from './fake-orders.ts';
import { FakePayments } from './fake-payments.ts';
import { GraphqlHttp } from './graphql-http.ts';

const TOKEN = 'token-of-the-services';
export const DEMO_CUSTOMER = '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d0d';

export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly wsUrl: string;
  readonly http: GraphqlHttp;
  readonly orders: FakeOrders;
  readonly inventory: FakeInventory;
  readonly payments: FakePayments;
  readonly broker: MemoryBroker;
  /** As if the process of that service were gone. */
  stopService(name: 'orders' | 'inventory' | 'payments'): Promise<void>;
  stop(): Promise<void>;
}

type ServedRouter = Parameters<typeof mountTrpc>[1]['router'];

/** The real gateway over HTTP, with services and a broker that live in the test. */
export async function gatewayWithFakes(
  env: Record<string, string> = {},
  parts: Pick<GatewayParts, 'authenticate' | 'log'> = {},
): Promise<TestGateway> {
  const broker = createMemoryBroker();
  await broker.ensureTopics([TOPICS.orderEvents]);
  const orders = new FakeOrders(broker);
  const inventory = new FakeInventory();
  const payments = new FakePayments();
  const served = {
    orders: await serve(createOrderRouter(orders)),
    inventory: await serve(createInventoryRouter(inventory)),
    payments: await serve(createPaymentRouter(payments)),
  };
  const config = readGatewayConfig({
    PORT: '0',
    NODE_ENV: 'test',
    KAFKA_BROKERS: 'unused:9092',
    ADMIN_TOKEN: TOKEN,
    DEMO_CUSTOMER_ID: DEMO_CUSTOMER,
    ORDER_SERVICE_URL: served.orders.url,
    INVENTORY_SERVICE_URL: served.inventory.url,
    PAYMENT_SERVICE_URL: served.payments.url,
    RECHECK_EVERY_MS: '50',
    // A service that a test stops does not come back.
    SERVICE_RESTART_MS: '0',
    ...env,
  });
  const gateway = await startGateway(config, { broker, log: silentLog, ...parts });
  const running = new Set(Object.values(served).map(({ server }) => server));
  const stop = async () => {
    await gateway.stop();
    await Promise.all([...running].map((server) => server.close()));
    await broker.close();
  };
  return {
    url: gateway.url,
    wsUrl: `${gateway.url.replace('http', 'ws')}/graphql`,
    http: new GraphqlHttp(`${gateway.url}/graphql`),
    orders,
    inventory,
    payments,
    broker,
    async stopService(name) {
      running.delete(served[name].server);
      await served[name].server.close();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function serve(router: ServedRouter): Promise<{ server: FastifyInstance; url: string }> {
  const server = await createHttpServer({ log: silentLog, corsOrigins: [] });
  await mountTrpc(server, { router, tokens: [TOKEN], log: silentLog });
  return { server, url: await listen(server, { host: '127.0.0.1', port: 0 }) };
}
