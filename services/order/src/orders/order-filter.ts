import { type FilterQuery, type InferEntity, type QueryOrderMap, raw } from '@mikro-orm/postgresql';
import type { OrderSort, OrderStatus, OrdersListInput } from '@order-saga/contracts';
import type { SagaEntity } from '../schema/entities.ts';

/** How a list of orders is asked of the sagas that carry them out. */

type Saga = InferEntity<typeof SagaEntity>;

/** Ends with the id, which is unique. Nothing is indexed that a transition changes: by `updatedAt` the matches are sorted. */
export const ORDER_BY: Readonly<Record<OrderSort, QueryOrderMap<Saga>>> = {
  created_desc: { createdAt: 'desc', id: 'desc' },
  created_asc: { createdAt: 'asc', id: 'asc' },
  updated_desc: { updatedAt: 'desc', id: 'desc' },
};

export function orderFilter(query: Omit<OrdersListInput, 'limit' | 'cursor' | 'sort'>): FilterQuery<Saga> {
  const { customerId, status, createdFrom, createdTo, needsAttention } = query;
  const parts: FilterQuery<Saga>[] = [];
  if (customerId !== undefined) parts.push({ customerId });
  if (createdFrom !== undefined) parts.push({ createdAt: { $gte: new Date(createdFrom) } });
  if (createdTo !== undefined) parts.push({ createdAt: { $lt: new Date(createdTo) } });
  if (needsAttention !== undefined) parts.push({ attention: needsAttention ? { $ne: null } : null });
  if (status !== undefined) {
    parts.push({ [raw((saga) => orderStatusSql(saga))]: { $in: status } });
    if (!status.some(isFinal)) parts.push({ [raw((saga) => underWaySql(saga))]: [] });
  }
  return { $and: parts };
}

const isFinal = (status: OrderStatus): boolean => status === 'approved' || status === 'cancelled';

/** `orderStatusOf` in SQL: what steps say is looked at only where the saga's own status leaves it open. */
const orderStatusSql = (saga: string): string => `
  case ${saga}.status
    when 'Completed' then 'approved'
    when 'Compensated' then 'cancelled'
    else (
      select case
        when bool_or(step ->> 'name' = 'ApproveOrder' and step ->> 'state' = 'completed') then 'approved'
        when bool_or(step ->> 'name' = 'CreateOrder' and step ->> 'state' = 'undone') then 'cancelled'
        when bool_or(step ->> 'name' = 'CreateOrder' and (step ->> 'state' = 'completed'
          or step ->> 'state' = 'undoing' and step ->> 'result' is not null)) then 'created'
        else 'pending'
      end
      from json_array_elements(${saga}.steps) step)
  end`;

/** Finds the few that are open among millions that have ended: all of them are due, or ask for attention. */
const underWaySql = (saga: string): string => `
  ${saga}.id in (
    select saga_id from saga_due union all select id from saga_transactions where attention is not null)`;
