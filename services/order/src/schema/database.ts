import type { MikroORM } from '@mikro-orm/postgresql';
import type { Log } from '@order-saga/service-kit';
import { openOrm } from '@order-saga/service-kit/database';
import { ENTITIES } from './entities.ts';
import { MIGRATIONS } from './migrations.ts';

export const openOrdersDatabase = (url: string, log: Log): MikroORM =>
  openOrm({ url, entities: ENTITIES, migrations: MIGRATIONS, applicationName: 'order', log });
