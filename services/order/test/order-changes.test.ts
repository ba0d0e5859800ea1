import type { OrderChanges, OrderView } from '@order-saga/contracts';
import { silentLog } from '@order-saga/service-kit';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OrderChangeQueries } from '../src/changes/order-changes.ts';
import { openOrdersDatabase } from '../src/index.ts';
import { orderDatabase } from './system/order-system.ts';
import { orderIdOf, type PlantedSaga, plantSaga, sagaIdOf } from './system/planted-sagas.ts';

let url: string;
let queries: OrderChangeQueries;
let clients: pg.Client[];
let close: () => Promise<void>;

beforeAll(async () => {
  url = await orderDatabase();
  const orm = openOrdersDatabase(url, silentLog);
  queries = new OrderChangeQueries(orm);
  clients = Array.from({ length: 5 }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  close = async () => {
    await Promise.all(clients.map((client) => client.end()));
    await orm.close();
  };
});
afterAll(() => close());

const LONG_AGO = '2026-01-01T00:00:00Z';
let customerId: string;
let n = 0;
beforeEach(() => {
  customerId = crypto.randomUUID();
});

const client = (index = 0): pg.Client => clients[index] as pg.Client;

/** A new order of the customer; answers its number. */
async function place(about: Partial<PlantedSaga> = {}, by = client()): Promise<number> {
  n += 1;
  const createdAt = new Date().toISOString();
  const saga = { n, customerId, status: 'Started', createdAt, ...about };
  await plantSaga((text, values) => by.query(text, [...values]), saga);
  return saga.n;
}
const move = (which: number, status: string, by = client()) =>
  by.query('update saga_transactions set status = $2, seq = seq + 1 where id = $1', [
    sagaIdOf(which),
    status,
  ]);

const read = (after?: string, limit = 100) =>
  queries.changes({ customerId, limit, ...(after === undefined ? {} : { after }) });
const numbers = ({ items }: Pick<OrderChanges<OrderView>, 'items'>) =>
  items.map(({ order }) => Number(order.id.slice(-12)));

describe('the changes of a customer’s orders', () => {
  test('begin with those that are under way', async () => {
    await place({ status: 'Completed' });
    const open = await place({ createdAt: LONG_AGO });
    await place({ customerId: crypto.randomUUID() });
    const started = await read();
    expect([numbers(started), started.isComplete]).toEqual([[open], true]);
    expect(started.items[0]?.order).toMatchObject({ id: orderIdOf(open), status: 'pending' });
    expect((await read(started.position)).items).toEqual([]);
  });

  test('go on with what was placed, moved or ended since, each once and as it is now', async () => {
    const open = await place({ createdAt: LONG_AGO });
    const still = await place();
    const { position } = await read();
    const placed = await place();
    await move(open, 'InProgress');
    await move(open, 'Completed');
    await place({ customerId: crypto.randomUUID() });
    const since = await read(position);
    expect(numbers(since)).toEqual([open, placed]);
    expect(since.items[0]?.order).toMatchObject({ version: 3, saga: { status: 'Completed' } });
    expect((await read(since.position)).items).toEqual([]);
    // The older position still stands for the same place.
    await move(still, 'Completed');
    expect(numbers(await read(position))).toEqual([open, still, placed]);
  });

  test('are not missed when one that was numbered earlier is committed later', async () => {
    const { position } = await read();
    const slow = client(1);
    await slow.query('begin');
    const early = await place({}, slow);
    const late = await place();
    const first = await read(position);
    expect(numbers(first)).toEqual([late]);
    await slow.query('commit');
    expect(numbers(await read(first.position))).toEqual([early]);
  });

  test('are not told of what was rolled back', async () => {
    const open = await place();
    const { position } = await read();
    const failing = client(1);
    await failing.query('begin');
    await move(open, 'Completed', failing);
    await place({}, failing);
    await failing.query('rollback');
    expect((await read(position)).items).toEqual([]);
  });

  test('come page by page, whatever changes meanwhile, and go on after any of them', async () => {
    const { position } = await read();
    const placed: number[] = [];
    for (let i = 0; i < 20; i += 1) placed.push(await place());
    const first = await read(position, 8);
    expect([numbers(first), first.isComplete]).toEqual([placed.slice(0, 8), false]);
    // One that was told already, and one that is still to come.
    await move(placed[1] as number, 'Completed');
    await move(placed[15] as number, 'Completed');
    const added = await place();
    const second = await read(first.position, 8);
    expect(numbers(second)).toEqual(placed.slice(8, 16));
    const third = await read(second.position, 8);
    expect([numbers(third), third.isComplete]).toEqual([[...placed.slice(16), added], false]);
    const again = await read(third.position, 8);
    expect(numbers(again)).toContain(placed[1]);
    expect(again.isComplete).toBe(true);
    expect((await read(again.position, 8)).items).toEqual([]);
    const after = second.items[2]?.position;
    expect(numbers(await read(after, 3))).toEqual(placed.slice(11, 14));
  });

  test('reach a reader without a loss while many commit in any order', async () => {
    const WRITERS = [1, 2, 3, 4];
    const ORDERS = 60;
    let { position } = await read();
    const told = new Map<string, number>();
    const look = async () => {
      const page = await read(position, 10);
      for (const { order } of page.items) {
        expect(order.version).toBeGreaterThanOrEqual(told.get(order.id) ?? 0);
        told.set(order.id, order.version);
      }
      position = page.position;
      return page;
    };
    let isWriting = true;
    const writing = Promise.all(
      WRITERS.map(async (writer) => {
        const by = client(writer);
        for (let i = 0; i < ORDERS; i += 1) {
          await by.query('begin');
          const placed = await place({}, by);
          await by.query('select pg_sleep($1)', [((i * 7 + writer * 3) % 11) / 1_000]);
          await by.query('commit');
          await by.query('begin');
          await move(placed, i % 2 === 0 ? 'Completed' : 'InProgress', by);
          await by.query('select pg_sleep($1)', [((i * 5 + writer) % 7) / 1_000]);
          await by.query('commit');
        }
      }),
    ).finally(() => {
      isWriting = false;
    });
    while (isWriting) await look();
    await writing;
    for (let page = await look(); !page.isComplete || page.items.length > 0; ) page = await look();
    expect(told.size).toBe(WRITERS.length * ORDERS);
    expect(new Set(told.values())).toEqual(new Set([2]));
  });

  test('are known by one question for many readers', async () => {
    const open = await place();
    const here = (await read()).position;
    const elsewhere = { customerId: crypto.randomUUID() };
    const there = (await queries.changes({ ...elsewhere, limit: 5 })).position;
    const asked = {
      since: [
        { customerId, after: here },
        { ...elsewhere, after: there },
      ],
    };
    expect(await queries.moved(asked)).toEqual([false, false]);
    await move(open, 'Completed');
    expect(await queries.moved(asked)).toEqual([true, false]);
    await place(elsewhere);
    expect(await queries.moved(asked)).toEqual([true, true]);
    expect(await queries.moved({ since: [] })).toEqual([]);
  });
});

describe('a position', () => {
  const told = (change: (parts: unknown[]) => void, position: string): string => {
    const parts = JSON.parse(Buffer.from(position, 'base64url').toString());
    change(parts);
    return Buffer.from(JSON.stringify(parts)).toString('base64url');
  };

  test('that was not made here, or in another database, or in its future, is refused', async () => {
    const { position } = await read();
    const wrong = [
      'nonsense',
      told((parts) => parts.splice(0, 1, '1'), position),
      told((parts) => parts.splice(1, 1, ['9:5:', 0]), position),
      told((parts) => parts.splice(1, 1, ['1:9000000000000:', 0]), position),
      told((parts) => parts.splice(1, 1, ["1:2:'", 0]), position),
    ];
    for (const after of wrong) {
      await expect(read(after)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'after' });
    }
  });
});
