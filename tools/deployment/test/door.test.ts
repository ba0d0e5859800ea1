import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '@order-saga/service-kit';
import { afterEach, describe, expect, test } from 'vitest';
import { readDoorsConfig } from '../src/config.ts';
import { openDoor } from '../src/door.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Replicas share a port and differ by address, as containers do. */
async function replica(address: string, port = 0): Promise<{ port: number; stop: () => Promise<unknown> }> {
  const server: Server = createServer((_request, response) => response.end(address));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(stop);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return { port: (server.address() as AddressInfo).port, stop };
}

async function doorTo(targetPort: number, addresses: readonly string[]): Promise<string> {
  const door = await openDoor({
    host: '127.0.0.1',
    port: 0,
    name: 'order',
    targetPort,
    find: async () => addresses,
    log: silentLog,
  });
  cleanups.push(door.stop);
  return `http://127.0.0.1:${door.port}`;
}

const ask = async (url: string): Promise<string> =>
  (await fetch(url, { headers: { connection: 'close' } })).text();

describe('a door', () => {
  test('shares connections out over the replicas in turn', async () => {
    const { port } = await replica('127.0.0.1');
    await replica('127.0.0.2', port);
    const url = await doorTo(port, ['127.0.0.1', '127.0.0.2']);
    const answers = [await ask(url), await ask(url), await ask(url), await ask(url)];
    expect(answers.toSorted()).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2']);
  });

  test('passes by a replica that is gone', async () => {
    const first = await replica('127.0.0.1');
    await replica('127.0.0.2', first.port);
    const url = await doorTo(first.port, ['127.0.0.1', '127.0.0.2']);
    await first.stop();
    for (let n = 0; n < 4; n += 1) expect(await ask(url)).toBe('127.0.0.2');
  });

  test('closes a connection that it can lead nowhere, and is there for the next', async () => {
    const first = await replica('127.0.0.1');
    const url = await doorTo(first.port, ['127.0.0.1']);
    await first.stop();
    await expect(ask(url)).rejects.toThrow();
    await replica('127.0.0.1', first.port);
    expect(await ask(url)).toBe('127.0.0.1');
  });
});

test('doors are read as PORT=NAME:PORT, and what is not is named', () => {
  expect(readDoorsConfig({ DOORS: '3001=order:3001,8002=payment:3002' }).DOORS).toEqual([
    { port: 3001, name: 'order', targetPort: 3001 },
    { port: 8002, name: 'payment', targetPort: 3002 },
  ]);
  expect(() => readDoorsConfig({ DOORS: 'order:3001' })).toThrow(/DOORS: must be a list of PORT=NAME:PORT/);
});
