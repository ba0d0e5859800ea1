import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { RequestError } from '@order-saga/contracts';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpServer, listen, requireJson } from '../src/http-server.ts';
import { createMetrics } from '../src/metrics.ts';
import { mountOperations } from '../src/operations-routes.ts';
import { createReadiness } from '../src/readiness.ts';
import { recordedLog } from './recorded-log.ts';

const open: FastifyInstance[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function serverWith(
  mount: (server: FastifyInstance) => void,
  options: { corsOrigins?: '*' | string[]; bodyLimitBytes?: number } = {},
) {
  const log = recordedLog();
  const server = await createHttpServer({ log, corsOrigins: [], ...options });
  open.push(server);
  mount(server);
  return { server, log };
}

const ordersRoute = (server: FastifyInstance) => {
  server.post('/orders', { preValidation: requireJson }, async (request) => ({ got: request.body }));
  server.get('/orders/:id', async () => ({}));
};
const post = (server: FastifyInstance, payload: string, contentType?: string) =>
  server.inject({
    method: 'POST',
    url: '/orders',
    payload,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  });

describe('what a caller did wrong is said in JSON', () => {
  test('an unknown path is 404', async () => {
    const { server } = await serverWith(ordersRoute);
    const answer = await server.inject('/nowhere?a=1');
    expect([answer.statusCode, answer.json()]).toEqual([404, { error: 'there is nothing at /nowhere' }]);
  });

  test('a wrong method on a known path is 405 with the allowed ones', async () => {
    const { server } = await serverWith(ordersRoute);
    const answer = await server.inject({ method: 'DELETE', url: '/orders/7' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
    expect((await server.inject('/orders')).headers.allow).toBe('POST');
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'application/vnd.shop+json'])(
    'a body of type %s is taken',
    async (type) => {
      const { server } = await serverWith(ordersRoute);
      expect((await post(server, '{"a":1}', type)).json()).toEqual({ got: { a: 1 } });
    },
  );

  test.each([
    ['no content type', '{"a":1}', undefined, 415],
    ['no content type and no body', '', undefined, 415],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415],
    ['plain text', '{"a":1}', 'text/plain', 415],
    ['a type that only begins like JSON', '{"a":1}', 'application/jsonp', 415],
    ['broken JSON', '{"a":', 'application/json', 400],
    ['an empty body', '', 'application/json', 400],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', 'application/json', 400],
  ])('%s is refused', async (_what, payload, type, status) => {
    const { server } = await serverWith(ordersRoute);
    const answer = await post(server, payload, type);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json().error).toEqual(expect.stringMatching(/JSON/i));
  });

  test('a body over the limit is 413', async () => {
    const { server } = await serverWith(ordersRoute, { bodyLimitBytes: 10 });
    const answer = await post(server, `{"a":"${'x'.repeat(20)}"}`, 'application/json');
    expect([answer.statusCode, answer.json().error]).toEqual([
      413,
      'the body is larger than this server takes',
    ]);
  });

  test('a path that is no URL is 400', async () => {
    const { server } = await serverWith(ordersRoute);
    const answer = await server.inject('/orders/%zz');
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'the path is not a valid URL' }]);
  });

  test('a refused request has the status of its code, names the field, and says when to come back', async () => {
    const { server, log } = await serverWith((server) => {
      server.get('/field', () => {
        throw new RequestError('INVALID_INPUT', 'quantity must be positive', { field: 'quantity' });
      });
      server.get('/busy', () => {
        throw new RequestError('OVERLOADED', 'too much work waits', { retryAfterS: 1.2 });
      });
    });
    const field = await server.inject('/field');
    expect([field.statusCode, field.json()]).toEqual([
      422,
      { error: 'quantity must be positive', code: 'INVALID_INPUT', field: 'quantity' },
    ]);
    const busy = await server.inject('/busy');
    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([503, '2']);
    expect(log.lines).toEqual([]);
  });
});

test('our own fault is 500 without its cause, which is in the log', async () => {
  const { server, log } = await serverWith((server) => {
    server.get('/broken', () => {
      throw new Error('password=hunter2 at 10.0.0.1');
    });
  });
  const answer = await server.inject('/broken');
  expect([answer.statusCode, answer.json()]).toEqual([
    500,
    { error: 'internal fault: see the log of the service', code: 'INTERNAL' },
  ]);
  expect(log.lines).toMatchObject([
    { level: 'error', message: 'a request failed', fields: { route: '/broken' } },
  ]);
});

describe('pages of other origins', () => {
  const preflight = (server: FastifyInstance, origin: string) =>
    server.inject({
      method: 'OPTIONS',
      url: '/orders',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  test('get their preflight answered where they are allowed', async () => {
    const { server } = await serverWith(ordersRoute, { corsOrigins: ['https://shop.example'] });
    const answer = await preflight(server, 'https://shop.example');
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(answer.headers['access-control-allow-headers']).toBe('content-type');
  });

  test('get no permission where they are not', async () => {
    const { server } = await serverWith(ordersRoute, { corsOrigins: ['https://shop.example'] });
    expect((await preflight(server, 'https://evil.example')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    const { server: closed } = await serverWith(ordersRoute);
    expect((await preflight(closed, 'https://shop.example')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });

  test('are all allowed by a star', async () => {
    const { server } = await serverWith(ordersRoute, { corsOrigins: '*' });
    expect((await preflight(server, 'https://any.example')).headers['access-control-allow-origin']).toBe('*');
  });
});

describe('operations', () => {
  const mount = (reason: string | null, required: boolean) => (server: FastifyInstance) =>
    mountOperations(server, {
      readiness: createReadiness([{ name: 'database', required, check: () => reason }], {
        clock: { monotonic: () => 0 },
      }),
      metrics: createMetrics({ service: 'order' }),
    });

  test('/health says OK in plain text', async () => {
    const { server } = await serverWith(mount(null, true));
    const answer = await server.inject('/health');
    expect([answer.statusCode, answer.body]).toEqual([200, 'OK']);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  });

  test('/ready is 503 only when a required part is not ok', async () => {
    const ready = async (reason: string | null, required: boolean) => {
      const { server } = await serverWith(mount(reason, required));
      const answer = await server.inject('/ready');
      return [answer.statusCode, answer.json().status];
    };
    expect(await ready(null, true)).toEqual([200, 'ready']);
    expect(await ready('away', false)).toEqual([200, 'degraded']);
    expect(await ready('away', true)).toEqual([503, 'unready']);
  });

  test('/metrics speaks Prometheus, with our prefix and the name of the service', async () => {
    const { server } = await serverWith(mount(null, true));
    const { body } = await server.inject('/metrics');
    expect(body).toMatch(/^order_saga_process_cpu_seconds_total\{service="order"\}/m);
  });
});

test('a drain lets the request in hand finish and does not wait for idle connections', async () => {
  let finish = (): void => undefined;
  const { server } = await serverWith((server) => {
    server.get('/quick', async () => 'quick');
    server.get('/slow', () => new Promise((resolve) => (finish = () => resolve('done'))));
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  await (await fetch(`${url}/quick`)).text();
  const arrived = once(server.server, 'request');
  const slow = fetch(`${url}/slow`);
  await arrived;
  const closed = server.close();
  finish();
  expect(await (await slow).text()).toBe('done');
  await closed;
});

test('a drain serves what still comes on a busy connection, and tells the client to hang up', async () => {
  let finish = (): void => undefined;
  const closing = Promise.withResolvers<void>();
  const { server } = await serverWith((server) => {
    server.get('/quick', async () => 'quick');
    server.get('/slow', () => new Promise((resolve) => (finish = () => resolve('done'))));
    server.addHook('preClose', async () => closing.resolve());
  });
  const url = new URL(await listen(server, { host: '127.0.0.1', port: 0 }));
  const client = connect(Number(url.port), url.hostname);
  const answers = text(client);
  const arrived = once(server.server, 'request');
  client.write(`GET /slow HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  await arrived;
  const closed = server.close();
  await closing.promise;
  const second = once(server.server, 'request');
  client.write(`GET /quick HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  await second;
  finish();
  const [slow, quick] = (await answers).split(/(?<=done)/);
  expect(slow).toMatch(/^HTTP\/1\.1 200 OK.*done$/s);
  expect(quick).toMatch(/^HTTP\/1\.1 200 OK.*connection: close.*quick$/is);
  await closed;
});

test('a port that is taken is named together with the remedy', async () => {
  const { server } = await serverWith(ordersRoute);
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const port = Number(new URL(url).port);
  const { server: second } = await serverWith(ordersRoute);
  await expect(listen(second, { host: '127.0.0.1', port })).rejects.toThrow(
    `port ${port} is taken by another process: stop that process, or set PORT to a free port`,
  );
});
