import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await gatewayWithFakes();
});
afterAll(() => gateway.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers });
const documentOf = async (path: string): Promise<string> => (await get(path)).text();

/** What a document has the browser load. */
const assetsOf = (document: string): string[] =>
  [...document.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);

test.each([
  ['/', 'Shop'],
  ['/orders', 'Shop'],
  ['/orders/0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d0d', 'Shop'],
  ['/console', 'Console'],
  ['/console/sagas/0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d0d', 'Console'],
])('%s can be opened and reloaded: it is the page %s', async (path, title) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toContain(`<title>${title} · Order saga</title>`);
});

test('what is no page is not answered with one', async () => {
  expect((await get('/nothing')).status).toBe(404);
  expect((await get('/assets/nothing.js')).status).toBe(404);
  expect((await get('/assets/..%2findex.html')).status).toBe(404);
});

test('the documents let the browser run and load what lies beside them, and nothing else', async () => {
  for (const path of ['/', '/console']) {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const document = await documentOf(path);
    expect(document).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  }
});

test('documents are asked for each time; what they name has a hash and is kept for ever', async () => {
  expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
  const assets = [...assetsOf(await documentOf('/')), ...assetsOf(await documentOf('/console'))];
  expect(assets.length).toBeGreaterThan(3);
  for (const path of assets) {
    expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg)$/);
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('a browser that takes compressed assets gets them so', async () => {
  const script = assetsOf(await documentOf('/')).find((path) => path.endsWith('.js')) ?? '';
  expect((await get(script, { 'accept-encoding': 'br, gzip' })).headers.get('content-encoding')).toBe('br');
  expect((await get(script, { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
});

test('without built pages the API works, and a visitor is told what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-pages-'));
  await using bare = await gatewayWithFakes({ PAGES_DIR: join(folder, 'none') });
  await rm(folder, { recursive: true });
  const response = await fetch(bare.url);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: 'the pages are not built: run npm run build -w web' });
  expect((await bare.http.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
});
