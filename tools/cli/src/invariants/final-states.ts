import type { OrderStatus } from '@order-saga/contracts';
import type { DatabaseUrls } from '../system/databases.ts';
import type { FinalState } from './check-told.ts';
import { type Ask, withWorld } from './world.ts';

const STATES = `
  select s.order_id as "orderId", s.seq as version,
    coalesce((select entry::jsonb ->> 'orderStatus' from saga_history h where h.saga_id = s.id and h.seq = s.seq), 'pending')
      as "orderStatus"
  from saga_transactions s where s.order_id = any($1::uuid[])`;

/** Where these orders stand now, as a client would be told. */
export async function finalStates(
  orders: Ask,
  orderIds: readonly string[],
): Promise<Map<string, FinalState>> {
  const rows = await orders<{ orderId: string; version: number; orderStatus: OrderStatus }>(STATES, [
    orderIds,
  ]);
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** For `checkTold`, where the whole check is not wanted. */
export const finalStatesOf = (
  databases: DatabaseUrls,
  orderIds: readonly string[],
): Promise<Map<string, FinalState>> =>
  withWorld(databases, { mode: 'always', graceMs: 0 }, ({ ordersNow }) => finalStates(ordersNow, orderIds));
