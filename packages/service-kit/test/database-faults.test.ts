import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createDatabase, eventually, freePort } from '@order-saga/testkit';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { openOrm } from '../src/database.ts';
import { untilDatabaseAnswers } from '../src/database-wait.ts';
import { silentLog } from '../src/log.ts';
import { exampleEntities } from './example-orm.ts';
import { recordedLog } from './recorded-log.ts';

const ormFor = (
  url: string,
  options: { poolMax?: number; statementTimeoutMs?: number } = {},
  log = silentLog,
) => openOrm({ url, entities: exampleEntities, migrations: [], log, ...options });

async function adminOf(url: string): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  return admin;
}

describe('a database that goes away', () => {
  test('loses the queries in flight, not the process, and later queries connect again', async () => {
    const { url } = await createDatabase('terminated');
    const log = recordedLog();
    const orm = ormFor(url, {}, log);
    const busy = orm.em.fork().execute('select pg_sleep(60)');
    const refused = expect(busy).rejects.toThrow(/terminat/);
    await Promise.all([1, 2].map(() => orm.em.fork().execute('select pg_sleep(0.05)')));

    const admin = await adminOf(url);
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(rowCount).toBe(3);
    await refused;
    await eventually(
      () => log.lines.filter(({ message }) => message.includes('connection was lost')).length >= 2,
    );
    expect(await eventually(() => orm.em.fork().execute('select 1 as one'))).toEqual([{ one: 1 }]);
    await Promise.all([orm.close(), admin.end()]);
  });

  test('takes no place in the pool with it: transactions that broke off leave room for the next', async () => {
    const { url } = await createDatabase('broken_off');
    const orm = ormFor(url, { poolMax: 1 });
    const admin = await adminOf(url);
    for (let round = 0; round < 3; round += 1) {
      const transaction = orm.em.fork().transactional(async (em) => {
        const [own] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
        await admin.query('select pg_terminate_backend($1)', [own?.pid]);
        await em.execute('select 1');
      });
      await expect(transaction).rejects.toThrow();
    }
    expect(await orm.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
    await Promise.all([orm.close(), admin.end()]);
  });

  test('does not keep the ORM from opening before it is there', async () => {
    const orm = ormFor('postgresql://nobody@127.0.0.1:1/nowhere');
    await expect(orm.em.fork().execute('select 1')).rejects.toThrow(/ECONNREFUSED/);
    await orm.close();
  });
});

test('a query that runs too long is ended', async () => {
  const { url } = await createDatabase('slow');
  const orm = ormFor(url, { statementTimeoutMs: 50 });
  await expect(orm.em.fork().execute('select pg_sleep(60)')).rejects.toThrow('statement timeout');
  await orm.close();
});

test('a connection that says nothing any more is given up, inside a transaction and outside', async () => {
  const { url } = await createDatabase('silent');
  const network = await blackHole(url);
  const orm = ormFor(network.url, { poolMax: 1, statementTimeoutMs: 200 });
  expect(await orm.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);

  network.swallow();
  await expect(orm.em.fork().execute('select 1')).rejects.toThrow('the database has said nothing for 300 ms');
  network.deliver();
  const transaction = orm.em.fork().transactional(async (em) => {
    await em.execute('select 1');
    network.swallow();
    await em.execute('select 2');
  });
  await expect(transaction).rejects.toThrow('the database has said nothing for 300 ms');
  network.deliver();
  expect(await orm.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  await orm.close();
  await network.close();
});

describe('waiting for the database', () => {
  test('ends once it answers', async () => {
    const { url } = await createDatabase('late');
    const target = new URL(url);
    const port = await freePort();
    target.port = String(port);
    const log = recordedLog();
    const orm = ormFor(target.toString());
    const waiting = untilDatabaseAnswers(orm, { log });
    await eventually(() => log.lines.some(({ message }) => message === 'waiting for the database'));
    const network = await blackHole(url, port);
    await waiting;
    expect(log.lines).toHaveLength(1);
    await orm.close();
    await network.close();
  });

  test('ends at once where waiting would not help, with the remedy and without the password', async () => {
    const { url } = await createDatabase('refusing');
    const target = new URL(url);
    target.pathname = '/unknown';
    const orm = ormFor(target.toString());
    await expect(untilDatabaseAnswers(orm, { log: silentLog })).rejects.toThrow(
      `the database at ${target.host}/unknown cannot be used: database "unknown" does not exist; check DATABASE_URL`,
    );
    await orm.close();
  });

  test('does not last for ever', async () => {
    const orm = ormFor(`postgresql://nobody:hunter2@127.0.0.1:${await freePort()}/orders`);
    const error = await untilDatabaseAnswers(orm, { log: silentLog, waitMs: 0 }).catch(
      (caught: Error) => caught,
    );
    expect(String(error)).toMatch(
      /the database at 127.0.0.1:\d+\/orders cannot be used: .*ECONNREFUSED.*check DATABASE_URL/,
    );
    expect(String(error)).not.toContain('hunter2');
    await orm.close();
  });
});

/** A network between us and the database that can swallow everything without closing anything. */
async function blackHole(databaseUrl: string, port = 0) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!isSwallowing) to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (!isSwallowing) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString(),
    swallow: () => {
      isSwallowing = true;
    },
    deliver: () => {
      isSwallowing = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
