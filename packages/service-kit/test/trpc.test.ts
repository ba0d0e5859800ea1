import { createServer } from 'node:net';
import {
  createInventoryRouter,
  type InventoryHandlers,
  type InventoryRouter,
  RequestError,
} from '@order-saga/contracts';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpServer, listen } from '../src/http-server.ts';
import { traceparentOf } from '../src/traceparent.ts';
import { createServiceClient } from '../src/trpc-client.ts';
import { bearerCheck, mountTrpc } from '../src/trpc-server.ts';
import { recordedLog } from './recorded-log.ts';

const TOKEN = 'the-token-of-these-tests';
const PRODUCT = '11111111-1111-1111-1111-111111111111';
const open: FastifyInstance[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

const handlers: InventoryHandlers = {
  deadLetters: {
    list: async () => ({ items: [], nextCursor: null }),
    byId: async () => null,
    redrive: () => Promise.reject(new Error('there are no dead letters')),
    discard: () => Promise.reject(new Error('there are no dead letters')),
  },
  inbox: { byKeys: async () => [] },
  outbox: {
    stats: async () => {
      throw new Error('password=hunter2');
    },
  },
  products: {
    byIds: async (ids) => ids.map(() => null),
    list: async () => ({ items: [], nextCursor: null }),
  },
  inventory: {
    restock: async ({ delta, productId }) => {
      if (delta < 0) throw new RequestError('STOCK_WOULD_BE_NEGATIVE', 'only 3 are left', { field: 'delta' });
      return { productId, available: delta };
    },
  },
  reservations: { byOrder: async () => null },
};

async function service() {
  const log = recordedLog();
  const server = await createHttpServer({ log, corsOrigins: [] });
  open.push(server);
  const requests: { method: string; url: string; traceparent: unknown }[] = [];
  server.addHook('onRequest', async ({ method, url, headers }) => {
    requests.push({ method, url, traceparent: headers.traceparent });
  });
  await mountTrpc(server, { router: createInventoryRouter(handlers), tokens: [TOKEN], log });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const clientWith = (token: string) => createServiceClient<InventoryRouter>({ url, token });
  return { server, url, log, requests, client: clientWith(TOKEN), clientWith };
}

describe('tRPC between services', () => {
  test('a call with the token is answered, typed at both ends', async () => {
    const { client } = await service();
    const answer = await client.inventory.restock.mutate({ key: 'k', productId: PRODUCT, delta: 5 });
    expect(answer).toEqual({ productId: PRODUCT, available: 5 });
  });

  test('a call without the right token is refused', async () => {
    const { clientWith } = await service();
    const call = clientWith('another-token').products.byIds.query({ ids: [] });
    await expect(call).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
  });

  test('queries of one tick travel in one request, also a hundred ids at once', async () => {
    const { client, requests } = await service();
    const ids = Array.from({ length: 100 }, () => PRODUCT);
    const [many, stats] = await Promise.all([
      client.products.byIds.query({ ids }),
      client.reservations.byOrder.query({ orderId: PRODUCT }),
    ]);
    expect([many.length, stats]).toEqual([100, null]);
    expect(requests).toMatchObject([
      { method: 'POST', url: '/trpc/products.byIds,reservations.byOrder?batch=1' },
    ]);
  });

  test('more queries than a batch may hold travel in several', async () => {
    const { client, requests } = await service();
    await Promise.all(Array.from({ length: 120 }, () => client.products.byIds.query({ ids: [] })));
    expect(requests).toHaveLength(3);
  });

  test('a larger batch than ours is refused', async () => {
    const { server } = await service();
    const paths = Array.from({ length: 51 }, () => 'outbox.stats').join(',');
    const answer = await server.inject({ url: `/trpc/${paths}?batch=1` });
    expect(answer.statusCode).toBe(400);
  });

  test('seed defect 72: each mutation carries the trace of its own call', async () => {
    const { client, requests } = await service();
    const traces = ['a', 'b'].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`);
    await Promise.all(
      traces.map((traceparent) =>
        client.inventory.restock.mutate(
          { key: 'k', productId: PRODUCT, delta: 1 },
          { context: { traceparent } },
        ),
      ),
    );
    expect(requests.map(({ traceparent }) => traceparent).sort()).toEqual(traces);
  });

  test('a refusal arrives with its reason, its words and its field', async () => {
    const { client } = await service();
    const call = client.inventory.restock.mutate({ key: 'k', productId: PRODUCT, delta: -9 });
    await expect(call).rejects.toMatchObject({
      message: 'only 3 are left',
      data: { code: 'PRECONDITION_FAILED', reason: 'STOCK_WOULD_BE_NEGATIVE', field: 'delta' },
    });
  });

  test('a fault of the service arrives masked, and its cause is in the log of the service', async () => {
    const { client, log } = await service();
    const error = await client.outbox.stats.query().catch((caught: unknown) => caught);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(error).toMatchObject({ message: 'internal fault: see the log of the service' });
    expect(log.lines).toMatchObject([
      { level: 'error', message: 'a tRPC call failed', fields: { path: 'outbox.stats' } },
    ]);
  });
});

describe('a service that does not answer', () => {
  test('is named, when nobody listens', async () => {
    const client = createServiceClient<InventoryRouter>({ url: 'http://127.0.0.1:1', token: TOKEN });
    await expect(client.outbox.stats.query()).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    );
  });

  test('is given up after the timeout, when it hangs', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const client = createServiceClient<InventoryRouter>({
      url: `http://127.0.0.1:${port}`,
      token: TOKEN,
      timeoutMs: 50,
    });
    await expect(client.outbox.stats.query()).rejects.toThrow('did not answer in 50 ms');
    silent.close();
  });

  test('that closed an idle connection a moment ago is asked once more', async () => {
    let connections = 0;
    const answer = JSON.stringify([{ result: { data: { rows: 0, oldestAgeMs: null } } }]);
    const dropping = createServer((socket) => {
      connections += 1;
      let requests = 0;
      socket.on('data', () => {
        requests += 1;
        if (connections === 1 && requests === 2) socket.resetAndDestroy();
        else
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
          );
      });
    });
    await new Promise<void>((resolve) => dropping.listen(0, '127.0.0.1', resolve));
    const { port } = dropping.address() as { port: number };
    const client = createServiceClient<InventoryRouter>({ url: `http://127.0.0.1:${port}`, token: TOKEN });
    await client.outbox.stats.query();
    expect(await client.outbox.stats.query()).toEqual({ rows: 0, oldestAgeMs: null });
    expect(connections).toBe(2);
    dropping.close();
  });
});

test('only the exact bearer token passes', () => {
  const isAuthorized = bearerCheck(['secret-token', 'its-successor']);
  expect(isAuthorized('Bearer secret-token')).toBe(true);
  expect(isAuthorized('bearer secret-token')).toBe(true);
  expect(isAuthorized('Bearer its-successor')).toBe(true);
  for (const wrong of [
    undefined,
    '',
    'secret-token',
    'Bearer',
    'Bearer secret-token2',
    'Bearer secret-token,its-successor',
    'Basic secret-token',
  ]) {
    expect(isAuthorized(wrong)).toBe(false);
  }
});

test('only a valid traceparent is picked up', () => {
  const valid = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  expect(traceparentOf({ traceparent: valid })).toBe(valid);
  for (const wrong of [
    undefined,
    '',
    [valid],
    `01${valid.slice(2)}`,
    valid.toUpperCase(),
    valid.replace(/b/g, '0'),
  ]) {
    expect(traceparentOf({ traceparent: wrong })).toBeUndefined();
  }
});
