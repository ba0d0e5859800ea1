import pg from 'pg';
import type { DatabaseUrls } from '../system/databases.ts';
import type { CheckMode } from './report.ts';

/** Asks one database; each row is an object. */
export type Ask = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * What the checks look at: one frozen snapshot per database, that of `orders` taken first. Whatever the orders say was
 * done had been done before, so the later snapshots of its participants must show it, however busy the system is.
 */
export interface World {
  readonly orders: Ask;
  readonly payments: Ask;
  readonly inventory: Ask;
  /** The orders database as it is now, later than every snapshot: for what must be there once a participant acted. */
  readonly ordersNow: Ask;
  readonly mode: CheckMode;
  /** How long something may be late before it counts as stuck. */
  readonly graceMs: number;
}

const int8 = 20;
const numeric = 1700;

/** Sums of money stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === int8 || oid === numeric
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

export async function withWorld<T>(
  databases: DatabaseUrls,
  options: Pick<World, 'mode' | 'graceMs'>,
  look: (world: World) => Promise<T>,
): Promise<T> {
  const clients: pg.Client[] = [];
  const connect = async (url: string): Promise<Ask> => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'invariant checker',
      connectionTimeoutMillis: 10_000,
      types,
    });
    // Without a listener a connection that breaks between two questions would end the process.
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    await client.query("set jit = off; set work_mem = '64MB'");
    return async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await client.query(sql, [...values])).rows as Row[];
  };
  const snapshot = async (url: string): Promise<Ask> => {
    const ask = await connect(url);
    await ask('begin isolation level repeatable read, read only');
    // The snapshot is taken by the first question, not by `begin`.
    await ask('select 1');
    return ask;
  };
  try {
    const orders = await snapshot(databases.orders);
    const payments = await snapshot(databases.payments);
    const inventory = await snapshot(databases.inventory);
    const ordersNow = await connect(databases.orders);
    return await look({ orders, payments, inventory, ordersNow, ...options });
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}
