import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PeerUnreachableError } from '@order-saga/service-kit';
import { eventually } from '@order-saga/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { findAddresses } from '../src/services/addresses.ts';
import { Replicas } from '../src/services/replicas.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface FakeReplica {
  readonly url: string;
  readonly port: number;
  /** Requests that reached it. */
  taken: number;
  /** Answers nothing while true, as a process that is stopped. */
  isFrozen: boolean;
  stop(): Promise<void>;
}

async function replica(name: string, port = 0): Promise<FakeReplica> {
  const server: Server = createServer((_request, response) => {
    fake.taken += 1;
    if (!fake.isFrozen) response.end(name);
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(stop);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const fake = { url: `http://127.0.0.1:${taken}`, port: taken, taken: 0, isFrozen: false, stop };
  return fake;
}

let retries = 0;
function replicasOf(addresses: readonly string[], more: { timeoutMs?: number; patienceMs?: number } = {}) {
  retries = 0;
  return new Replicas({
    addresses,
    timeoutMs: 10_000,
    patienceMs: 0,
    monotonic: () => performance.now(),
    random: Math.random,
    onRetry: () => {
      retries += 1;
    },
    ...more,
  });
}

const ask = async (replicas: Replicas): Promise<string> =>
  (await replicas.fetch('http://service/trpc/x', { method: 'POST', body: '{}' })).text();

const many = (replicas: Replicas, count: number) =>
  Promise.all(Array.from({ length: count }, () => ask(replicas)));

describe('calls of a service with replicas', () => {
  test('are spread over all of them', async () => {
    const [one, two, three] = [await replica('one'), await replica('two'), await replica('three')];
    await many(replicasOf([one.url, two.url, three.url]), 60);
    expect([one.taken, two.taken, three.taken]).toEqual([20, 20, 20]);
  });

  test('go to the next replica when one is gone, and none fails', async () => {
    const [one, two] = [await replica('one'), await replica('two')];
    const replicas = replicasOf([one.url, two.url]);
    await many(replicas, 10);
    await one.stop();
    expect(new Set(await many(replicas, 50))).toEqual(new Set(['two']));
    expect(retries).toBeGreaterThan(0);
  });

  test('go to the next replica when one holds still, which then gets few', async () => {
    const [one, two] = [await replica('one'), await replica('two')];
    const replicas = replicasOf([one.url, two.url], { timeoutMs: 3_000 });
    one.isFrozen = true;
    expect(new Set(await many(replicas, 10))).toEqual(new Set(['two']));
    const before = one.taken;
    expect(new Set(await many(replicas, 50))).toEqual(new Set(['two']));
    expect(one.taken).toBe(before);
  });

  test('return to a replica that is back', async () => {
    const [one, two] = [await replica('one'), await replica('two')];
    const replicas = replicasOf([one.url, two.url]);
    await one.stop();
    await many(replicas, 10);
    const again = await replica('one', one.port);
    await eventually(async () => {
      await many(replicas, 4);
      expect(again.taken).toBeGreaterThan(0);
    });
  });

  test('wait for the only replica while it restarts', async () => {
    const one = await replica('one');
    const replicas = replicasOf([one.url], { patienceMs: 10_000 });
    await ask(replicas);
    await one.stop();
    const asked = ask(replicas);
    await eventually(() => expect(retries).toBeGreaterThan(1));
    await replica('one', one.port);
    expect(await asked).toBe('one');
  });

  test('fail at once when it has been away for longer than a restart takes', async () => {
    const one = await replica('one');
    await one.stop();
    const replicas = replicasOf([one.url], { patienceMs: 200 });
    await expect(ask(replicas)).rejects.toThrow(/cannot be reached/);
    const tried = retries;
    expect(tried).toBeGreaterThan(0);
    await expect(ask(replicas)).rejects.toThrow(PeerUnreachableError);
    expect(retries).toBe(tried);
  });
});

describe('the addresses of a service', () => {
  test('are those that a file lists, and follow it while calls go on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'order-saga-addresses-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'payment');
    const [one, two] = [await replica('one'), await replica('two')];
    await writeFile(file, `${one.url}\n`);
    const replicas = replicasOf([pathToFileURL(file).toString()]);
    expect(new Set(await many(replicas, 5))).toEqual(new Set(['one']));
    await writeFile(file, `${one.url}\n${two.url}\n`);
    await eventually(async () => expect(new Set(await many(replicas, 4))).toEqual(new Set(['one', 'two'])));
    await writeFile(file, `${two.url}\n`);
    await eventually(async () => expect(new Set(await many(replicas, 4))).toEqual(new Set(['two'])));
    expect(retries).toBe(0);
  });

  test('are all that DNS gives for a name, and the name stays in what is sent', async () => {
    const found = await findAddresses(['http://localhost:3002', 'http://10.0.0.7:3002', 'http://[::1]:3002']);
    expect(found).toContainEqual({
      id: 'http://localhost:3002 at 127.0.0.1',
      origin: 'http://localhost:3002',
      address: '127.0.0.1',
      family: 4,
    });
    expect(found).toContainEqual(expect.objectContaining({ origin: 'http://10.0.0.7:3002', family: 4 }));
    expect(found).toContainEqual(expect.objectContaining({ address: '::1', family: 6 }));
    expect(found).toHaveLength(3);
  });

  test('that lead nowhere are named', async () => {
    await expect(ask(replicasOf(['http://nobody.invalid:3002']))).rejects.toThrow(
      /http:\/\/nobody\.invalid:3002 stands for no address: .*ENOTFOUND|EAI_AGAIN/,
    );
  });

  test('are asked by name: a name is connected to at the address that was found for it', async () => {
    const one = await replica('one');
    expect(await ask(replicasOf([`http://localhost:${one.port}`]))).toBe('one');
  });
});
