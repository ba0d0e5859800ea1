import { type FilterQuery, raw } from '@mikro-orm/postgresql';
import { isTerminalSagaStatus, type SagaStatus, type SagasListInput } from '@order-saga/contracts';
import type { SagaEntity } from '../schema/entities.ts';

type Filter = FilterQuery<(typeof SagaEntity)['~entity']>;

/**
 * Statuses have no index, because an update of one would no longer be done in place (rule E5); what is live is found by
 * `saga_due` instead, however many sagas have ended.
 */
export function sagaFilter(asked: Omit<SagasListInput, 'limit' | 'cursor'>): Filter {
  const statuses = asked.status === undefined ? [] : [asked.status].flat();
  const isLive = statuses.length > 0 && statuses.every((status: SagaStatus) => !isTerminalSagaStatus(status));
  return {
    ...(statuses.length === 0 ? {} : { status: { $in: statuses } }),
    ...(isLive ? { id: { $in: raw('(select saga_id from saga_due)') } } : {}),
    ...(asked.needsAttention === undefined ? {} : { attention: asked.needsAttention ? { $ne: null } : null }),
    ...(asked.customerId === undefined ? {} : { customerId: asked.customerId }),
  } as Filter;
}
