import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connection } from '../../src/postgres/connection.ts';
import { type DepositDatabase, depositDatabase } from './deposits.ts';

let database: DepositDatabase;
beforeAll(async () => {
  database = await depositDatabase();
});
afterAll(() => database.close());

/** A way to the server that can turn into a black hole: connected, and silent. */
async function throughBlackHole() {
  const target = new URL(database.url);
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.pipe(server).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`;
  return {
    url: url.toString(),
    swallow() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

describe('A server that has gone silent (L8)', () => {
  test('a turn ends at its limit, with every statement in it, and the connection is given up', async () => {
    const hole = await throughBlackHole();
    const connection = await Connection.open(hole.url, 'deposits lane');
    hole.swallow();
    const statements = [
      connection.command('begin'),
      connection.command('select 1'),
      connection.command('commit'),
    ];
    await expect(connection.within(100, Promise.all(statements))).rejects.toThrow(
      'no answer from PostgreSQL within 100 ms',
    );
    expect((await Promise.allSettled(statements)).map(({ status }) => status)).toEqual(
      Array(3).fill('rejected'),
    );
    expect(connection.lost).toBeDefined();
    await expect(connection.command('select 1')).rejects.toThrow('no answer');
    hole.close();
  });

  test('a goodbye that is not answered ends after a second', async () => {
    const hole = await throughBlackHole();
    const connection = await Connection.open(hole.url, 'deposits lane');
    hole.swallow();
    await connection.close();
    hole.close();
  });
});

test('numbers of every width come as numbers', async () => {
  const connection = await Connection.open(database.url, 'deposits lane');
  const statement = { name: 'numbers', text: 'select 1::int as a, 2::bigint as b, sum(3::bigint) as c' };
  expect(await connection.rows(statement)).toEqual([{ a: 1, b: 2, c: 3 }]);
  await connection.close();
});
