import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await gatewayWithFakes({ CORS_ORIGINS: 'https://shop.example' });
});
afterAll(() => gateway.stop());

const send = (init: RequestInit & { search?: string }) =>
  fetch(`${gateway.url}/graphql${init.search ?? ''}`, init);

const QUERY = '{ orders { edges { cursor } } }';

describe('GET', () => {
  test('answers a query that shows it was no plain link or form', async () => {
    const search = `?query=${encodeURIComponent(QUERY)}`;
    const response = await send({ search, headers: { 'apollo-require-preflight': 'yes' } });
    expect(await response.json()).toEqual({ data: { orders: { edges: [] } } });
  });

  test('without that is refused, because any page could send it', async () => {
    const response = await send({ search: `?query=${encodeURIComponent(QUERY)}` });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('CSRF');
  });

  test('never carries a mutation', async () => {
    const search = `?query=${encodeURIComponent('mutation { cancelOrder(input: { orderId: "x" }) { order { id } } }')}`;
    const response = await send({ search, headers: { 'apollo-require-preflight': 'yes' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('POST', () => {
  test.each([
    ['text', 'text/plain', 415],
    ['a form', 'application/x-www-form-urlencoded', 415],
    ['broken JSON', 'application/json', 400],
  ])('of %s is refused', async (_what, contentType, status) => {
    const response = await send({
      method: 'POST',
      headers: { 'content-type': contentType },
      body: '{"query"',
    });
    expect(response.status).toBe(status);
  });

  test('of several operations in one is refused', async () => {
    const body = JSON.stringify([{ query: QUERY }, { query: QUERY }]);
    const response = await send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(400);
  });

  test('of more than is taken is refused', async () => {
    const body = JSON.stringify({ query: QUERY, variables: { pad: 'x'.repeat(100_000) } });
    const response = await send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(413);
  });

  test('of a subscription is refused: it needs a transport that can go on', async () => {
    const { errors } = await gateway.http.ask('subscription { sagaStatus(orderId: "x") { version } }');
    expect(errors?.length).toBe(1);
    expect(errors?.[0]?.extensions?.code).toBe('BAD_REQUEST');
  });
});

test('pages of the configured origins may call, others may not', async () => {
  const allowed = async (origin: string) => {
    const response = await send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    return response.headers.get('access-control-allow-origin');
  };
  expect(await allowed('https://shop.example')).toBe('https://shop.example');
  expect(await allowed('https://evil.example')).not.toBe('https://evil.example');
});

test('it says that it lives, and counts what it does', async () => {
  expect(await (await fetch(`${gateway.url}/health`)).text()).toBe('OK');
  await gateway.http.ask('{ nothing }');
  await gateway.http.ask(QUERY);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/gateway_errors_total\{.*code="GRAPHQL_VALIDATION_FAILED".*\} \d/);
  expect(metrics).toMatch(/gateway_service_calls_total\{.*peer="orders",outcome="answered".*\} \d/);
});
