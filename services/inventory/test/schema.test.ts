import { silentLog } from '@order-saga/service-kit';
import { migrate, schemaDrift } from '@order-saga/service-kit/database';
import { createDatabase } from '@order-saga/testkit';
import { describe, expect, test } from 'vitest';
import { addDemoProducts, openInventoryOrm } from '../src/index.ts';
import { CUP, GRINDER, POT } from './given.ts';
import { brokenProducts, inventoryDatabase, query, stockOf } from './inventory-system.ts';

describe('the schema', () => {
  test('entities and migrations agree', async () => {
    const orm = openInventoryOrm(await inventoryDatabase(), silentLog);
    expect(await schemaDrift(orm)).toBe('');
    await orm.em.fork().execute('alter table inventory drop constraint inventory_available_quantity_check');
    expect(await schemaDrift(orm)).toContain('inventory_available_quantity_check');
    await orm.close();
  });

  test('ten starters migrate one database once', async () => {
    const { url } = await createDatabase('inventory_empty');
    const orms = Array.from({ length: 10 }, () => openInventoryOrm(url, silentLog));
    const done = await Promise.all(orms.map((orm) => migrate(orm, silentLog)));
    expect(done.filter((names) => names.length > 0)).toEqual([
      ['0001_create_inventory', '0002_add_operations'],
    ]);
    await Promise.all(orms.map((orm) => orm.close()));
  });

  test('seed defect 54: the database itself refuses stock below zero', async () => {
    const url = await inventoryDatabase();
    for (const column of ['available_quantity', 'reserved_quantity', 'sold_quantity']) {
      await expect(query(url, `update inventory set ${column} = -1`)).rejects.toMatchObject({
        code: '23514',
      });
    }
  });
});

describe('the demo products', () => {
  test("seed defect 79: a migrated database is empty, and the set-up command adds the seed's stock", async () => {
    const { url } = await createDatabase('inventory_bare');
    const orm = openInventoryOrm(url, silentLog);
    await migrate(orm, silentLog);
    expect(await query(url, 'select * from products')).toEqual([]);
    await addDemoProducts(orm, silentLog);
    await orm.close();
    const stock = await Promise.all([CUP, POT, GRINDER].map((id) => stockOf(url, id)));
    expect(stock.map(({ available }) => available)).toEqual([100, 50, 25]);
    expect(await brokenProducts(url)).toEqual([]);
  });

  test('added again, by three at once, they change nothing', async () => {
    const url = await inventoryDatabase();
    await query(
      url,
      `with sold as (update inventory set available_quantity = 7, sold_quantity = 93 where product_id = $1 returning 1)
       update products set name = 'Cup of another name' where id = $1 and exists (select from sold)`,
      [CUP],
    );
    const orm = openInventoryOrm(url, silentLog);
    await Promise.all([1, 2, 3].map(() => addDemoProducts(orm, silentLog)));
    await orm.close();
    expect(await stockOf(url, CUP)).toEqual({ available: 7, reserved: 0, sold: 93 });
    expect(await query(url, 'select name from products where id = $1', [CUP])).toEqual([
      { name: 'Cup of another name' },
    ]);
    expect((await query(url, 'select * from restocks')).length).toBe(3);
  });
});
