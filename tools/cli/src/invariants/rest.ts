import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseUrls } from '../system/databases.ts';
import { type Ask, withWorld } from './world.ts';

/** What is still under way; all zero means rest. */
export interface UnderWay {
  readonly sagas: number;
  readonly payments: number;
  readonly messages: number;
}

const SAGAS = `select count(*) as n from saga_transactions where status not in ('Completed', 'Compensated', 'Failed')`;
const PAYMENTS = `select count(*) as n from payments where status = 'pending'`;
const OUTBOX = 'select count(*) as n from outbox_events';

/** Waits until nothing is under way, or the time is over; answers what still is. */
export async function waitForRest(databases: DatabaseUrls, timeoutMs: number): Promise<UnderWay> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const left = await withWorld(databases, { mode: 'always', graceMs: 0 }, async (world) => {
      const outboxes = [world.orders, world.payments, world.inventory];
      return {
        sagas: await count(world.orders, SAGAS),
        payments: await count(world.payments, PAYMENTS),
        messages: (await Promise.all(outboxes.map((ask) => count(ask, OUTBOX)))).reduce((a, b) => a + b),
      };
    });
    if (isAtRest(left) || performance.now() >= until) return left;
    await delay(100);
  }
}

export const isAtRest = ({ sagas, payments, messages }: UnderWay): boolean =>
  sagas + payments + messages === 0;

const count = async (ask: Ask, sql: string): Promise<number> => (await ask<{ n: number }>(sql))[0]?.n ?? 0;
