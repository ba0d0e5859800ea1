import { encodeCommand, type InventoryCommand, type Reply, replySchema, TOPICS } from '@order-saga/contracts';
import { createMemoryBroker, type IncomingMessage } from '@order-saga/messaging';
import { silentLog } from '@order-saga/service-kit';
import { migrate } from '@order-saga/service-kit/database';
import { createDatabase, eventually } from '@order-saga/testkit';
import pg from 'pg';
import {
  addDemoProducts,
  type InventoryService,
  openInventoryOrm,
  startInventoryService,
} from '../src/index.ts';

/** The service as it runs, on a database of its own and a broker within the process. */
export const ADMIN_TOKEN = 'the-token-of-this-test-run';

export async function inventoryDatabase(): Promise<string> {
  const { url } = await createDatabase('inventory', { template: { name: 'inventory', prepare } });
  return url;
}

async function prepare(url: string): Promise<void> {
  const orm = openInventoryOrm(url, silentLog);
  await migrate(orm, silentLog);
  await addDemoProducts(orm, silentLog);
  await orm.close();
}

export interface InventorySystem {
  readonly databaseUrl: string;
  readonly service: InventoryService;
  /** A command, or the exact text of one; all of a call arrive together. */
  send(...commands: readonly (InventoryCommand | string)[]): Promise<void>;
  /** The texts of the first `count` replies to a command. */
  replies(commandId: string, count?: number): Promise<string[]>;
  reply(command: InventoryCommand): Promise<Reply>;
  /** The values of the events of an order, parsed. */
  events(orderId: string): Record<string, unknown>[];
  stop(): Promise<void>;
}

export async function startInventory(
  options: { databaseUrl?: string; lanes?: number; batchCap?: number } = {},
): Promise<InventorySystem> {
  const databaseUrl = options.databaseUrl ?? (await inventoryDatabase());
  const broker = createMemoryBroker();
  await broker.ensureTopics(Object.values(TOPICS));
  const replies: string[] = [];
  const events: Record<string, unknown>[] = [];
  const listen = (topic: string, take: (text: string) => void) => {
    const consumer = broker.consume({
      groupId: `test of ${topic}`,
      topics: [topic],
      from: 'earliest',
      onMessages: async (messages: readonly IncomingMessage[]) => {
        for (const message of messages) {
          take(String(message.value));
          consumer.done(message);
        }
      },
    });
    return consumer.start();
  };
  await listen(TOPICS.orderReplies.name, (text) => replies.push(text));
  await listen(TOPICS.inventoryEvents.name, (text) => events.push(JSON.parse(text)));
  const service = await startInventoryService(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      DATABASE_URL: databaseUrl,
      ADMIN_TOKEN: [ADMIN_TOKEN],
      CORS_ORIGINS: [],
      INSTANCE_NAME: 'inventory-under-test',
      LANES: options.lanes ?? 2,
      MESSAGE_SIGNING_KEYS: [],
      REPLY_RETENTION_DAYS: 30,
      DEAD_LETTER_RETENTION_DAYS: 30,
      BATCH_CAP: options.batchCap ?? 500,
      COMMAND_HORIZON_MS: 24 * 3_600_000,
    },
    { broker, log: silentLog },
  );

  const repliesTo = (commandId: string, count = 1): Promise<string[]> =>
    eventually(
      () => {
        const found = replies.filter((text) => text.includes(`"command_id":"${commandId}"`));
        if (found.length < count) throw new Error(`${found.length} of ${count} replies`);
        return found.slice(0, count);
      },
      { describe: `reply ${count} to command ${commandId}`, timeoutMs: 15_000 },
    );

  return {
    databaseUrl,
    service,
    async send(...commands) {
      await broker.publish(
        commands.map((command) => {
          const value = typeof command === 'string' ? command : encodeCommand(command);
          const key = /"saga_id":"([^"]+)"/.exec(value)?.[1] ?? 'no saga';
          return { topic: TOPICS.inventoryCommands.name, key, value, headers: {} };
        }),
      );
    },
    replies: repliesTo,
    async reply(command) {
      const [text] = await repliesTo(command.id);
      return replySchema.parse(JSON.parse(text as string));
    },
    events: (orderId) => events.filter((event) => event.order_id === orderId),
    async stop() {
      await service.stop();
      await broker.close();
    },
  };
}

export async function query<Row = Record<string, unknown>>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Invariant 4, and that the stock says what the reservations say. Each row is a product that breaks one. */
const BROKEN_PRODUCTS = `
  select i.*, ledger.total, held.reserved, held.sold
  from inventory i
  cross join lateral (select coalesce(sum(delta), 0) as total from restocks where product_id = i.product_id) ledger
  cross join lateral (
    select coalesce(sum(quantity) filter (where status = 'reserved'), 0) as reserved,
           coalesce(sum(quantity) filter (where status = 'confirmed'), 0) as sold
    from reservations r, unnest(r.product_ids, r.quantities) as l (product_id, quantity)
    where l.product_id = i.product_id) held
  where i.available_quantity + i.reserved_quantity + i.sold_quantity <> ledger.total
     or i.reserved_quantity <> held.reserved or i.sold_quantity <> held.sold
     or least(i.available_quantity, i.reserved_quantity, i.sold_quantity) < 0`;

export const brokenProducts = (url: string) => query(url, BROKEN_PRODUCTS);

/** Every outbox row has left. */
export const outboxIsEmpty = (url: string) =>
  eventually(async () => (await query(url, 'select id from outbox_events limit 1')).length === 0, {
    describe: 'an empty outbox',
  });

export async function stockOf(url: string, productId: string) {
  const [row] = await query<{ available: string; reserved: string; sold: string }>(
    url,
    `select available_quantity as available, reserved_quantity as reserved, sold_quantity as sold
     from inventory where product_id = $1`,
    [productId],
  );
  return { available: Number(row?.available), reserved: Number(row?.reserved), sold: Number(row?.sold) };
}

export const statusOf = async (url: string, orderId: string): Promise<string | undefined> =>
  (await query<{ status: string }>(url, 'select status from reservations where order_id = $1', [orderId]))[0]
    ?.status;

/** How many turns wait for a row that somebody else holds. */
export async function waitingForLocks(url: string): Promise<number> {
  const text = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  return (await query(url, text)).length;
}
