import type { MikroORM } from '@mikro-orm/postgresql';
import type { Broker } from '@order-saga/messaging';
import type { ReadinessCheck } from './readiness.ts';

/** Without its database a service can do nothing. */
export const databaseCheck = (orm: MikroORM): ReadinessCheck => ({
  name: 'database',
  required: true,
  async check() {
    await orm.em.fork().execute('select 1');
    return null;
  },
});

/** Without the broker orders are still accepted, and wait: the outbox keeps what could not be published. */
export const brokerCheck = (broker: Pick<Broker, 'health'>): ReadinessCheck => ({
  name: 'broker',
  required: false,
  check() {
    const { connected, reason } = broker.health();
    return connected ? null : (reason ?? 'not connected');
  },
});
