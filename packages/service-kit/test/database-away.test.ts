import { createDatabase } from '@order-saga/testkit';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { openOrm } from '../src/database.ts';
import { sayWhenAway } from '../src/database-away.ts';
import { httpFaultOf } from '../src/http-errors.ts';
import { silentLog } from '../src/log.ts';
import { exampleEntities } from './example-orm.ts';

const ormFor = (url: string) => openOrm({ url, entities: exampleEntities, migrations: [], log: silentLog });

/** A service's handlers as its router has them: by noun, then by verb. */
const handlersOn = (url: string) => {
  const orm = ormFor(url);
  const { books } = sayWhenAway({
    books: { ask: (sql: string) => orm.em.fork().execute(sql), close: () => orm.close() },
  });
  return books;
};

describe('a request that finds the database away', () => {
  test('is answered UNAVAILABLE over tRPC, and 503 over REST, with when to come again', async () => {
    const books = handlersOn('postgresql://nobody@127.0.0.1:1/nowhere');
    await expect(books.ask('select 1')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterS: 1 });

    const orm = ormFor('postgresql://nobody@127.0.0.1:1/nowhere');
    const fault = await orm.em
      .fork()
      .execute('select 1')
      .catch((error: unknown) => httpFaultOf(error));
    expect(fault).toMatchObject({ status: 503, isInternal: false, body: { code: 'UNAVAILABLE' } });
    await Promise.all([books.close(), orm.close()]);
  });

  test('also when its session is ended in the middle of it', async () => {
    const { url } = await createDatabase('ended');
    const books = handlersOn(url);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const [own] = (await books.ask('select pg_backend_pid() as pid')) as { pid: number }[];
    const asking = expect(books.ask('select pg_sleep(60)')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await admin.query('select pg_terminate_backend($1)', [own?.pid]);
    await asking;
    await Promise.all([books.close(), admin.end()]);
  });

  test('a statement that is wrong stays a fault of ours', async () => {
    const { url } = await createDatabase('wrong');
    const books = handlersOn(url);
    await expect(books.ask('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
    expect(httpFaultOf(new Error('out of order'))).toMatchObject({ status: 500, isInternal: true });
    await books.close();
  });
});
