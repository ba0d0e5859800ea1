import { randomUUID } from 'node:crypto';
import { paymentIdOf, TOPICS } from '@order-saga/contracts';
import { createMemoryBroker, type IncomingMessage, type MemoryBroker } from '@order-saga/messaging';
import { silentLog } from '@order-saga/service-kit';
import { migrate } from '@order-saga/service-kit/database';
import { createDatabase, eventually, type TestDatabase } from '@order-saga/testkit';
import pg from 'pg';
import { type PaymentService, readPaymentConfig, startPaymentService } from '../src/index.ts';
import type { PaymentSurroundings } from '../src/payment-service.ts';
import { chargeKeyOf } from '../src/payments/payment.ts';
import { openPaymentsDatabase } from '../src/schema/index.ts';

/** The payment service on a database of its own and an in-process broker, and the orchestrator's side of the topics. */

export const ADMIN_TOKEN = 'token-of-the-payment-tests';

/** A migrated database. */
export const paymentsDatabase = (): Promise<TestDatabase> =>
  createDatabase('payments', {
    template: {
      name: 'payments',
      async prepare(url) {
        const orm = openPaymentsDatabase(url, silentLog);
        await migrate(orm, silentLog);
        await orm.close();
      },
    },
  });

export interface Start extends Omit<PaymentSurroundings, 'broker'> {
  readonly broker?: MemoryBroker;
  readonly env?: Record<string, string>;
}

/** Quick leases and sweeps, so that what is left behind is taken up again within a test. */
export const startService = (database: TestDatabase, { broker, env, ...more }: Start = {}) =>
  startPaymentService(
    readPaymentConfig({
      DATABASE_URL: database.url,
      KAFKA_BROKERS: 'unused:9092',
      PORT: '0',
      ADMIN_TOKEN,
      PROVIDER_CALL_TIMEOUT_MS: '400',
      PROVIDER_LATE_MS: '300',
      LEASE_MS: '600',
      LEASE_SWEEP_MS: '50',
      ...env,
    }),
    { broker: broker ?? createMemoryBroker(), log: silentLog, settleMs: 200, ...more },
  );

export interface WireReply {
  readonly id: string;
  readonly command_id: string;
  readonly saga_id: string;
  readonly status: 'Success' | 'Failed';
  readonly result: Record<string, unknown> | null;
  readonly error: string | null;
  readonly error_code?: string;
}

/** What the orchestrator sees: every reply and event, as the exact text. */
export class Orchestrator {
  readonly broker: MemoryBroker;
  readonly replies: string[] = [];
  readonly events: Record<string, unknown>[] = [];

  constructor(broker: MemoryBroker = createMemoryBroker()) {
    this.broker = broker;
    const listen = (topic: string, take: (message: IncomingMessage) => void) => {
      const consumer = broker.consume({
        groupId: `test-${topic}`,
        topics: [topic],
        from: 'earliest',
        async onMessages(messages) {
          for (const message of messages) {
            take(message);
            consumer.done(message);
          }
        },
      });
      void consumer.start();
    };
    listen(TOPICS.orderReplies.name, (message) => this.replies.push(String(message.value)));
    listen(TOPICS.paymentEvents.name, (message) => this.events.push(JSON.parse(String(message.value))));
  }

  async send(...commands: readonly WireCommand[]): Promise<void> {
    await this.broker.publish(
      commands.map((command) => ({
        topic: TOPICS.paymentCommands.name,
        key: command.saga_id,
        value: JSON.stringify(command),
        headers: {},
      })),
    );
  }

  /** All replies to a command, first to last, as text. */
  repliesTo(command: WireCommand): string[] {
    return this.replies.filter((text) => (JSON.parse(text) as WireReply).command_id === command.id);
  }

  async replyTo(command: WireCommand, count = 1): Promise<WireReply> {
    const text = await eventually(
      () => {
        const reply = this.repliesTo(command)[count - 1];
        if (reply === undefined) throw new Error(`${this.repliesTo(command).length} replies so far`);
        return reply;
      },
      { describe: `reply ${count} to ${command.command_type}` },
    );
    return JSON.parse(text) as WireReply;
  }
}

export interface WireCommand {
  readonly id: string;
  readonly saga_id: string;
  readonly command_type: 'ProcessPayment' | 'CompensatePayment';
  readonly payload: Record<string, unknown>;
  readonly idempotency_key: string;
  readonly created_at: string;
}

export interface OrderInTest {
  readonly orderId: string;
  readonly sagaId: string;
  readonly paymentId: string;
  readonly chargeKey: string;
  readonly method: string;
}

export function anOrder(method = 'test_approve'): OrderInTest {
  const sagaId = randomUUID();
  return {
    orderId: randomUUID(),
    sagaId,
    paymentId: paymentIdOf(sagaId),
    chargeKey: chargeKeyOf(sagaId),
    method,
  };
}

const command = (
  order: OrderInTest,
  type: WireCommand['command_type'],
  extra: Record<string, unknown>,
  epoch: number,
): WireCommand => ({
  id: randomUUID(),
  saga_id: order.sagaId,
  command_type: type,
  payload: {
    order_id: order.orderId,
    amount: 99.99,
    payment_method: order.method,
    amount_minor: 9_999,
    currency: 'USD',
    ...extra,
  },
  idempotency_key: `${order.sagaId}:ProcessPayment:${type}:${epoch}`,
  created_at: new Date().toISOString(),
});

export const processPayment = (order: OrderInTest, epoch = 0): WireCommand =>
  command(order, 'ProcessPayment', {}, epoch);

export const compensatePayment = (order: OrderInTest, epoch = 0): WireCommand =>
  command(order, 'CompensatePayment', { payment_id: order.paymentId }, epoch);

export class Sql {
  readonly #pool: pg.Pool;

  constructor(database: TestDatabase) {
    this.#pool = new pg.Pool({ connectionString: database.url, max: 2, application_name: 'test' });
    this.#pool.on('error', () => undefined);
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, values)).rows;
  }

  async payment(order: OrderInTest) {
    const [row] = await this.rows<{
      status: string;
      captured_minor: string;
      refunded_minor: string;
      decline_code: string | null;
      attempts: number;
      id: string;
    }>('select * from payments where order_id = $1', [order.orderId]);
    return row;
  }

  /** Kinds and amounts that the provider's book has for an order's charge. */
  async ledger(order: OrderInTest): Promise<string[]> {
    const rows = await this.rows<{ entry: string }>(
      `select kind || ' ' || amount_minor as entry from provider_ledger where charge_key = $1 order by at, kind`,
      [order.chargeKey],
    );
    return rows.map(({ entry }) => entry);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** Where our table and the provider's book differ: none, whenever nothing is under way. */
export const disagreements = (sql: Sql) =>
  sql.rows(`
    select p.order_id, p.status, p.captured_minor, p.refunded_minor, l.captured, l.returned
    from payments p full join (
      select charge_key, sum(amount_minor) filter (where kind = 'charge') as captured,
        sum(amount_minor) filter (where kind = 'refund') as returned
      from provider_ledger group by charge_key) l on l.charge_key = p.charge_key
    where p.order_id is null or p.captured_minor <> coalesce(l.captured, 0)
      or p.refunded_minor <> coalesce(l.returned, 0)`);

export type { PaymentService };
