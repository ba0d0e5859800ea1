import { Migration } from '@mikro-orm/migrations';
import { createDatabase, eventually } from '@order-saga/testkit';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type NamedMigration, openOrm, schemaDrift } from '../src/database.ts';
import { silentLog } from '../src/log.ts';
import { migrate } from '../src/migrate.ts';
import { exampleEntities, exampleMigrations } from './example-orm.ts';

const ormFor = (url: string, migrations = exampleMigrations, log = silentLog) =>
  openOrm({ url, entities: exampleEntities, migrations, log });

describe('migrate', () => {
  test('seed defect 79: twenty processes that start at once succeed, and each migration runs once', async () => {
    const { url } = await createDatabase('migrate');
    const orms = Array.from({ length: 20 }, () => ormFor(url));
    const done = await Promise.all(orms.map((orm) => migrate(orm, silentLog)));

    expect(done.flat()).toEqual(exampleMigrations.map(({ name }) => name));
    const [first] = orms;
    if (first === undefined) throw new Error('there is no ORM');
    const recorded = await first.em.fork().execute('select name from mikro_orm_migrations order by id');
    expect(recorded).toEqual(exampleMigrations.map(({ name }) => ({ name })));
    expect(await schemaDrift(first)).toBe('');
    await Promise.all(orms.map((orm) => orm.close()));
  });

  test('a migration that fails leaves nothing behind, neither its own tables nor those before it', async () => {
    class Broken extends Migration {
      override up(): void {
        this.addSql('create table half_made (id int)');
        this.addSql('select 1 / 0');
      }
    }
    const { url } = await createDatabase('migrate_broken');
    const broken: NamedMigration = { name: '0003_broken', class: Broken };
    const orm = ormFor(url, [...exampleMigrations, broken]);
    await expect(migrate(orm, silentLog)).rejects.toThrow('division by zero');
    const tables = await orm.em
      .fork()
      .execute(
        `select tablename from pg_tables where schemaname = 'public' and tablename <> 'mikro_orm_migrations'`,
      );
    expect(tables).toEqual([]);
    await orm.close();

    const repaired = ormFor(url);
    expect(await migrate(repaired, silentLog)).toHaveLength(2);
    await repaired.close();
  });

  test('waiting for another process that migrates is not cut short by the timeout of queries', async () => {
    const { url } = await createDatabase('migrate_wait');
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('select pg_advisory_lock(7310002)');
    const orm = openOrm({
      url,
      entities: exampleEntities,
      migrations: exampleMigrations,
      statementTimeoutMs: 50,
      log: silentLog,
    });
    const done = migrate(orm, silentLog);
    await eventually(async () => {
      const { rows } = await other.query(
        `select from pg_stat_activity where wait_event = 'advisory' and now() - query_start > interval '200 ms'`,
      );
      return rows.length === 1;
    });
    await other.query('select pg_advisory_unlock(7310002)');
    expect(await done).toHaveLength(2);
    await Promise.all([orm.close(), other.end()]);
  });
});
