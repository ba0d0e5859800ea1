import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '@order-saga/local-infra';
import { eventually } from '@order-saga/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpProxy } from '../src/network/tcp-proxy.ts';

describe('a connection through the proxy', () => {
  let proxy: TcpProxy;
  let upstream: Server;
  /** The upstream's ends; it answers everything with the same in capitals. */
  let taken: Socket[];
  let clients: Socket[];

  beforeEach(async () => {
    taken = [];
    clients = [];
    upstream = createServer((socket) => {
      taken.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    proxy = new TcpProxy(await freePort(), (upstream.address() as { port: number }).port);
    await proxy.listen();
  });

  afterEach(async () => {
    for (const socket of [...clients, ...taken]) socket.destroy();
    await proxy.close();
    upstream.close();
  });

  interface Client {
    readonly socket: Socket;
    heard: string;
    ended: string | null;
  }

  async function client(): Promise<Client> {
    const socket = connect(proxy.port, '127.0.0.1');
    const made: Client = { socket, heard: '', ended: null };
    clients.push(socket);
    socket.on('data', (data) => (made.heard += data));
    socket.on('error', (error: NodeJS.ErrnoException) => (made.ended = error.code ?? error.message));
    socket.on('close', () => (made.ended ??= 'closed'));
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    return made;
  }

  async function answered(from: Client, text: string): Promise<void> {
    from.socket.write(text);
    await eventually(() => from.heard.endsWith(text.toUpperCase()), { describe: `an answer to ${text}` });
  }

  test('carries bytes both ways, many of them, and its end', async () => {
    const one = await client();
    await answered(one, 'x'.repeat(3_000_000));
    one.socket.end();
    await eventually(() => taken[0]?.destroyed === true && proxy.connections === 0);
  });

  test('is reset at both ends when it is cut, and new ones are refused while the way is closed', async () => {
    const one = await client();
    await answered(one, 'a');
    proxy.setWeather({ kind: 'closed' });
    proxy.cut();
    await eventually(() => one.ended === 'ECONNRESET' && taken[0]?.destroyed === true);
    const refused = await client();
    await eventually(() => refused.ended !== null);

    proxy.setWeather({ kind: 'fair' });
    await answered(await client(), 'b');
  });

  test('passes nothing while it is stalled, and everything in its order afterwards', async () => {
    const one = await client();
    await answered(one, 'a');
    proxy.setWeather({ kind: 'stalled' });
    one.socket.write('b');
    const newcomer = await client();
    newcomer.socket.write('c');
    // Another way to the same upstream is not stalled: what it says now was said after.
    const direct = connect(proxy.upstreamPort, '127.0.0.1');
    clients.push(direct);
    direct.write('d');
    await once(direct, 'data');
    expect([one.heard, newcomer.heard, one.ended]).toEqual(['A', '', null]);

    one.socket.write('e');
    proxy.setWeather({ kind: 'fair' });
    await eventually(() => one.heard === 'ABE' && newcomer.heard === 'C');
  });

  test('whose server is gone takes everything, answers nothing and does not end; new ones are whole', async () => {
    const one = await client();
    await answered(one, 'a');
    proxy.halfOpen('server');
    await eventually(() => taken[0]?.destroyed === true);
    one.socket.write('b');
    await answered(await client(), 'c');
    expect([one.heard, one.ended]).toEqual(['A', null]);
  });

  test('whose client is gone stays open at the server, until the server gives it up', async () => {
    const one = await client();
    await answered(one, 'a');
    proxy.halfOpen('client');
    await eventually(() => one.ended !== null);
    await answered(await client(), 'c');
    expect(taken[0]?.destroyed).toBe(false);
    taken[0]?.destroy();
    await eventually(() => proxy.connections === 1);
  });

  test('that is slow is late by what it was told, piece by piece', async () => {
    const one = await client();
    proxy.setWeather({ kind: 'slow', delayMs: 60, bytesPerSecond: 1_000_000 });
    const began = performance.now();
    await answered(one, 'a');
    expect(performance.now() - began).toBeGreaterThanOrEqual(115);
  });
});
