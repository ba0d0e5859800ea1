import type { OrderStatus, OrderView } from '@order-saga/contracts';
import { silentLog } from '@order-saga/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrdersDatabase } from '../src/index.ts';
import { OrderQueries } from '../src/orders/order-queries.ts';
import { query } from './system/at-rest.ts';
import { orderDatabase } from './system/order-system.ts';
import { plantSaga } from './system/planted-sagas.ts';

const ANN = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const BOB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';

let url: string;
let queries: OrderQueries;
let close: () => Promise<void>;
/** Every order, as `orders` tells of it. */
let all: OrderView[];

/** Minute `n` of the day on which all of it happened. */
const minute = (n: number): string => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();

beforeAll(async () => {
  url = await orderDatabase();
  const orm = openOrdersDatabase(url, silentLog);
  queries = new OrderQueries(orm);
  close = () => orm.close();
  let n = 0;
  const creations = [
    'pending',
    'running',
    'completed',
    'undoing',
    'undoing after silence',
    'undone',
    'dropped',
  ];
  const moving = ['Started', 'InProgress', 'Compensating', 'Failed'].flatMap((status) =>
    creations.flatMap((creation) =>
      ['pending', 'running', 'completed'].map((approval) => ({ status, creation, approval })),
    ),
  );
  const ended = [
    { status: 'Completed', creation: 'completed', approval: 'completed' },
    { status: 'Compensated', creation: 'undone', approval: 'pending' },
    { status: 'Compensated', creation: 'dropped', approval: 'pending' },
  ];
  for (const saga of [...moving, ...ended]) {
    n += 1;
    await plant(saga, n);
  }
  all = await everyPage({});
});
afterAll(() => close());

/** Each third is Bob's; one that was given up still asks for attention. */
async function plant(
  { status, creation, approval }: { status: string; creation: string; approval: string },
  n: number,
): Promise<void> {
  const [state] = creation.split(' ');
  const result = creation.endsWith('silence') || state === 'pending' ? {} : { result: {} };
  await plantSaga((text, values) => query(url, text, values), {
    n,
    customerId: n % 3 === 0 ? BOB : ANN,
    status,
    steps: [
      { name: 'CreateOrder', state, ...result },
      { name: 'ProcessPayment', state: 'pending' },
      { name: 'ApproveOrder', state: approval },
    ],
    attention: status === 'Failed' || n % 7 === 0 ? 'it takes too long' : null,
    // Four of them in each minute; what is older was changed later.
    createdAt: minute(Math.floor(n / 4)),
    updatedAt: minute(1_000 - n),
  });
}

type Asked = Partial<Parameters<OrderQueries['orders']>[0]>;

async function everyPage(asked: Asked): Promise<OrderView[]> {
  const found: OrderView[] = [];
  let cursor: string | null = null;
  do {
    const page = await queries.orders({ limit: 7, sort: 'created_desc', ...asked, cursor });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

const idsOf = (orders: readonly OrderView[]): string[] => orders.map(({ id }) => id);
const found = async (asked: Asked) => idsOf(await everyPage(asked));
const those = (holds: (order: OrderView) => boolean) => idsOf(all.filter(holds));

describe('a list of orders', () => {
  test('has every order once, newest first, page by page', () => {
    expect(all).toHaveLength(87);
    expect(new Set(idsOf(all)).size).toBe(87);
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().reverse());
  });

  test.each([
    [['pending']],
    [['created']],
    [['approved']],
    [['cancelled']],
    [['pending', 'created']],
    [['created', 'cancelled']],
    [[]],
  ] satisfies [OrderStatus[]][])(
    'by status %j has exactly the orders that are told to be so',
    async (status) => {
      const expected = those((order) => (status as OrderStatus[]).includes(order.status));
      expect(await found({ status })).toEqual(expected);
      if (status.length > 0) expect(expected.length).toBeGreaterThan(0);
    },
  );

  test('by customer, by time (its beginning included, its end not) and by attention', async () => {
    expect(await found({ customerId: BOB })).toEqual(those((order) => order.customerId === BOB));
    const [createdFrom, createdTo] = [minute(5), minute(9)];
    const within = those(({ createdAt }) => createdAt >= createdFrom && createdAt < createdTo);
    expect(within).toHaveLength(16);
    expect(await found({ createdFrom, createdTo })).toEqual(within);
    expect(await found({ createdFrom: '2026-01-01T01:05:00+01:00', createdTo })).toEqual(within);
    expect(await found({ needsAttention: true })).toEqual(those(({ saga }) => saga?.attention !== null));
    expect(await found({ needsAttention: false })).toEqual(those(({ saga }) => saga?.attention === null));
  });

  test('has what fulfils every part of the filter', async () => {
    const asked = {
      customerId: ANN,
      status: ['created' as const],
      needsAttention: true,
      createdTo: minute(20),
    };
    const expected = those(
      (order) =>
        order.customerId === ANN &&
        order.status === 'created' &&
        order.saga?.attention !== null &&
        order.createdAt < minute(20),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(await found(asked)).toEqual(expected);
  });

  test('is sorted oldest first or latest changed first, if asked', async () => {
    expect(await found({ sort: 'created_asc' })).toEqual(idsOf(all).reverse());
    const byChange = all.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
    expect(await found({ sort: 'updated_desc' })).toEqual(idsOf(byChange));
  });
});
