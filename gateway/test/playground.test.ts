import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from './fakes/chromium.ts';
import { BOOK } from './fakes/fake-inventory.ts';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await gatewayWithFakes();
});
afterAll(() => gateway.stop());

describe('the playground’s page', () => {
  const visit = (path: string, headers: Record<string, string> = { accept: 'text/html' }) =>
    fetch(`${gateway.url}${path}`, { headers });

  test('is what a browser gets at /graphql, and a program does not', async () => {
    expect(await (await visit('/graphql')).text()).toContain('<title>Altair');
    expect((await visit('/graphql', { accept: 'application/json' })).status).toBe(400);
  });

  test('forbids the browser every other host', async () => {
    const policy = (await visit('/graphql')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  test('opens with operations that are valid', async () => {
    const { parse, validate } = await import('graphql');
    const { PLAYGROUND_WINDOWS } = await import('../src/playground/windows.ts');
    const { createSchema } = await import('../src/schema/executable.ts');
    const schema = createSchema();
    for (const { query } of PLAYGROUND_WINDOWS) expect(validate(schema, parse(query))).toEqual([]);
  });

  test('is not there when it is turned off', async () => {
    await using plain = await gatewayWithFakes({ PLAYGROUND: 'off' });
    const response = await fetch(`${plain.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(400);
    expect((await fetch(`${plain.url}/playground/main.js`)).status).toBe(404);
  });
});

describe.skipIf(whyNoChromium !== undefined)(`the playground in Chromium ${whyNoChromium ?? ''}`, () => {
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== gateway.url && !/^(data|blob):$/.test(url.protocol)) elsewhere.push(request.url());
    });
    await page.goto(`${gateway.url}/graphql`);
  });
  afterAll(() => browser?.close());

  const send = async (windowName: string) => {
    await page.getByText(windowName, { exact: true }).first().click();
    await page.getByRole('button', { name: 'Send Request' }).first().click();
  };

  test('places an order, watches it to its end, and asks no other host for anything', {
    timeout: 60_000,
  }, async () => {
    await send('Place an order');
    await expect.poll(() => gateway.orders.calls.create, { timeout: 20_000 }).toBe(1);
    const order = (await gateway.orders.orders.list({ limit: 1, sort: 'created_desc' })).items[0];
    if (order === undefined) throw new Error('no order was placed');
    expect(order.lines).toEqual([{ productId: BOOK, quantity: 1 }]);
    await page.getByText(order.id).first().waitFor();

    await send('Watch an order');
    await page.getByText('SAGA_STARTED').first().waitFor();
    await gateway.orders.advanceAndTell(order.id, { kind: 'StepCompleted', step: 'ProcessPayment' });
    await page.getByText('STEP_COMPLETED').first().waitFor();
    await gateway.orders.advanceAndTell(order.id, { kind: 'StepUndone', sagaStatus: 'Compensated' });
    await page.getByText('COMPENSATED').first().waitFor();

    await send('List orders and products');
    await page.getByText('Lamp').first().waitFor();
    expect(elsewhere).toEqual([]);
  });
});
