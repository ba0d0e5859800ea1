import { randomUUID } from 'node:crypto';
import { createDatabase, type TestDatabase } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrm, schemaDrift } from '../src/database.ts';
import { silentLog } from '../src/log.ts';
import { migrate } from '../src/migrate.ts';
import { pageOf } from '../src/pages.ts';
import { exampleEntities, exampleMigrations, ParcelEntity, ParcelQueueEntity } from './example-orm.ts';

let database: TestDatabase;
let orm: ReturnType<typeof openOrm>;

beforeAll(async () => {
  database = await createDatabase('idioms');
  orm = openOrm({
    url: database.url,
    entities: exampleEntities,
    migrations: exampleMigrations,
    log: silentLog,
  });
  await migrate(orm, silentLog);
});
afterAll(() => orm.close());

const parcel = (overrides: { id?: string; customerId?: string; createdAt?: Date } = {}) => ({
  id: randomUUID(),
  customerId: randomUUID(),
  status: 'created' as const,
  totalMinor: 1999,
  currency: 'USD',
  lines: [{ productId: randomUUID(), quantity: 2 }],
  productIds: [randomUUID(), randomUUID()],
  quantities: [1, 2],
  note: null,
  body: null,
  wakeAt: null,
  ...overrides,
});

describe('MikroORM under type stripping', () => {
  test('entities and hand-written migrations agree: checks, partial index, fillfactor, comments, identity', async () => {
    expect(await schemaDrift(orm)).toBe('');
  });

  test('a planted difference is reported as SQL', async () => {
    await orm.em.fork().execute('alter table parcels alter column note set not null');
    expect(await schemaDrift(orm)).toContain('alter column "note" drop not null');
    await orm.em.fork().execute('alter table parcels alter column note drop not null');
  });

  test('a table that no entity describes is reported too', async () => {
    await orm.em.fork().execute('create table forgotten (id int)');
    expect(await schemaDrift(orm)).toContain('drop table if exists "forgotten"');
    await orm.em.fork().execute('drop table forgotten');
  });

  test('what is stored is what is read: bigint as number, json, arrays, bytes, times', async () => {
    const sent = parcel();
    const em = orm.em.fork();
    em.create(ParcelEntity, { ...sent, totalMinor: Number.MAX_SAFE_INTEGER, body: Buffer.from([0, 255]) });
    await em.flush();

    const read = await orm.em.fork().findOneOrFail(ParcelEntity, { id: sent.id });
    expect(read.totalMinor).toBe(Number.MAX_SAFE_INTEGER);
    expect(read.lines).toEqual(sent.lines);
    expect(read.productIds).toEqual(sent.productIds);
    expect(read.quantities).toEqual([1, 2]);
    expect([...(read.body ?? [])]).toEqual([0, 255]);
    expect(read.createdAt).toBeInstanceOf(Date);
    expect(read.isFragile).toBe(false);
  });

  test('an identity column is counted up by the database', async () => {
    const em = orm.em.fork();
    const queued = em.create(ParcelQueueEntity, { parcelId: randomUUID() });
    await em.flush();
    expect(queued.n).toBeGreaterThan(0);
  });

  test('nativeUpdate with a guard is a compare-and-set: it answers how many rows it changed', async () => {
    const { id, ...rest } = parcel();
    const em = orm.em.fork();
    await em.insert(ParcelEntity, { id, ...rest });
    const send = () => em.nativeUpdate(ParcelEntity, { id, status: 'created' }, { status: 'sent' });
    expect(await send()).toBe(1);
    expect(await send()).toBe(0);
  });

  test('keyset pages, newest first, leave out nothing and repeat nothing although times are equal', async () => {
    const customerId = randomUUID();
    const createdAt = new Date();
    const parcels = Array.from({ length: 7 }, () => parcel({ customerId, createdAt }));
    await orm.em.fork().insertMany(ParcelEntity, parcels);

    const pages: string[][] = [];
    let cursor: string | null | undefined;
    do {
      const page = await pageOf(
        orm.em.fork(),
        ParcelEntity,
        { where: { customerId }, orderBy: { createdAt: 'desc', id: 'desc' }, limit: 3, cursor },
        ({ id }) => id,
      );
      pages.push(page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().sort()).toEqual(parcels.map(({ id }) => id).sort());
  });

  test.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('[').toString('base64url')],
    ['too short', Buffer.from('["2026-01-01T00:00:00.000Z"]').toString('base64url')],
    ['an operator', Buffer.from('[{"$gt":""},""]').toString('base64url')],
    ['no id', Buffer.from('["2026-01-01T00:00:00.000Z","x"]').toString('base64url')],
    ['no time', Buffer.from(`["soon","${randomUUID()}"]`).toString('base64url')],
  ])('a cursor that is %s is refused as input, not as a fault of ours', async (_what, cursor) => {
    const page = pageOf(
      orm.em.fork(),
      ParcelEntity,
      { where: {}, orderBy: { createdAt: 'desc', id: 'desc' }, limit: 3, cursor },
      ({ id }) => id,
    );
    await expect(page).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'cursor' });
  });

  test('raw SQL by execute: values inlined and escaped, bigint and timestamptz come back as text', async () => {
    const sent = parcel();
    const em = orm.em.fork();
    await em.insert(ParcelEntity, sent);
    const [row] = await em.execute<{ total_minor: string; created_at: string }[]>(
      'select total_minor, created_at from parcels where id = ?',
      [sent.id],
    );
    expect(row?.total_minor).toBe('1999');
    expect(typeof row?.created_at).toBe('string');
  });

  test('raw SQL by Kysely: values are bound, and the table type is ours', async () => {
    const sent = parcel();
    const em = orm.em.fork();
    await em.insert(ParcelEntity, sent);
    const rows = await em
      .getKysely<{ parcels: { id: string; total_minor: string } }>()
      .selectFrom('parcels')
      .select(['id', 'total_minor'])
      .where('id', '=', sent.id)
      .execute();
    expect(rows).toEqual([{ id: sent.id, total_minor: '1999' }]);
  });
});
