import type { TestDatabase } from '@order-saga/testkit';
import { afterEach, beforeEach } from 'vitest';
import {
  Orchestrator,
  type PaymentService,
  paymentsDatabase,
  Sql,
  type Start,
  startService,
} from './participant.ts';

/** A fresh database, broker and orchestrator per test; services are started by the test and stopped after it. */
export interface System {
  readonly database: TestDatabase;
  readonly sql: Sql;
  readonly orchestrator: Orchestrator;
  start(options?: Start): Promise<PaymentService>;
}

export function paymentSystem(): System {
  let current: Omit<System, 'start'>;
  let services: PaymentService[] = [];
  beforeEach(async () => {
    const database = await paymentsDatabase();
    current = { database, sql: new Sql(database), orchestrator: new Orchestrator() };
    services = [];
  });
  afterEach(async () => {
    for (const service of services) await service.stop();
    await current.orchestrator.broker.close();
    await current.sql.close();
  });
  return {
    get database() {
      return current.database;
    },
    get sql() {
      return current.sql;
    },
    get orchestrator() {
      return current.orchestrator;
    },
    async start(options = {}) {
      const service = await startService(current.database, {
        broker: current.orchestrator.broker,
        ...options,
      });
      services.push(service);
      return { ...service, stop: () => stopOnce(service) };
    },
  };

  async function stopOnce(service: PaymentService): Promise<void> {
    services = services.filter((other) => other !== service);
    await service.stop();
  }
}
