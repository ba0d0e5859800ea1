import { expect, test } from 'vitest';
import { createGatewayClient, OrderDocument, ProductsDocument } from '../src/index.ts';
import { scriptedGateway } from './scripted-gateway.ts';

const fault = (path: (string | number)[], code = 'SERVICE_UNAVAILABLE') => ({
  message: 'not now',
  path,
  extensions: { code, traceId: 'a trace' },
});

test('a field that could not be answered is null and told of, and the rest is there', async () => {
  const order = { id: 'it', payment: null };
  await using gateway = await scriptedGateway({
    http: () => ({ body: { data: { order }, errors: [fault(['order', 'payment'])] } }),
  });
  const client = createGatewayClient({ url: gateway.url });
  const { data, problems } = await client.ask(OrderDocument, { id: 'it' });
  expect(data.order).toEqual(order);
  expect(problems).toMatchObject([{ code: 'SERVICE_UNAVAILABLE', traceId: 'a trace' }]);
});

test('a field at the root that could not be answered is not taken for an order that is not there', async () => {
  await using gateway = await scriptedGateway({
    http: () => ({ body: { data: { order: null }, errors: [fault(['order'])] } }),
  });
  const client = createGatewayClient({ url: gateway.url });
  await expect(client.ask(OrderDocument, { id: 'it' })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
});

test('a banner is told when the gateway is lost and when it is back, once each', async () => {
  let isThere = true;
  await using gateway = await scriptedGateway({
    http: () => ({ body: isThere ? { data: { products: { edges: [] } } } : 'hang-up' }),
  });
  const states: string[] = [];
  const client = createGatewayClient({ url: gateway.url, onConnection: (state) => states.push(state) });
  const ask = () => client.ask(ProductsDocument, {}).catch(() => undefined);
  await ask();
  isThere = false;
  await ask();
  await ask();
  isThere = true;
  await ask();
  await ask();
  expect(states).toEqual(['lost', 'open']);
});

test('an answer that does not come is given up in time', async () => {
  await using gateway = await scriptedGateway({
    http: () => ({ headers: { 'content-length': '1000' }, body: '{' }),
  });
  const client = createGatewayClient({ url: gateway.url, timeoutMs: 50 });
  await expect(client.ask(ProductsDocument, {})).rejects.toMatchObject({
    code: 'NETWORK',
    message: 'no answer within 0.05 s',
  });
});
