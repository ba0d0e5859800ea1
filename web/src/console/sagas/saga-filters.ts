import type { SagaStatus } from '@order-saga/contracts';

/** What the list shows, as it stands in the address: a link to it shows the same to somebody else. */
export interface SagaFilters {
  /** Empty: all. */
  readonly groups: readonly SagaGroup[];
  /** Only those that somebody has to look after. */
  readonly attentionOnly: boolean;
  readonly customerId: string | null;
}

export const SAGA_GROUPS = {
  'under-way': { name: 'Under way', statuses: ['Started', 'InProgress'] },
  undoing: { name: 'Being undone', statuses: ['Compensating'] },
  completed: { name: 'Completed', statuses: ['Completed'] },
  undone: { name: 'Undone', statuses: ['Compensated'] },
  'given-up': { name: 'Given up', statuses: ['Failed'] },
} as const satisfies Record<string, { name: string; statuses: readonly SagaStatus[] }>;
export type SagaGroup = keyof typeof SAGA_GROUPS;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/** What an address says and is not known is passed over. */
export function filtersOf(params: URLSearchParams): SagaFilters {
  const customerId = params.get('customer');
  return {
    groups: (params.get('show') ?? '')
      .split(',')
      .filter((group): group is SagaGroup => Object.hasOwn(SAGA_GROUPS, group)),
    attentionOnly: params.get('attention') === 'only',
    customerId: customerId !== null && isUuid(customerId) ? customerId.toLowerCase() : null,
  };
}

export function paramsOf({ groups, attentionOnly, customerId }: SagaFilters): URLSearchParams {
  const params = new URLSearchParams();
  if (groups.length > 0) params.set('show', groups.join(','));
  if (attentionOnly) params.set('attention', 'only');
  if (customerId !== null) params.set('customer', customerId);
  return params;
}

export function toggled({ groups, ...filters }: SagaFilters, group: SagaGroup): SagaFilters {
  const others = groups.filter((each) => each !== group);
  return { ...filters, groups: others.length === groups.length ? [...groups, group] : others };
}

export const statusesOf = ({ groups }: SagaFilters): SagaStatus[] | undefined =>
  groups.length === 0 ? undefined : groups.flatMap((group) => [...SAGA_GROUPS[group].statuses]);
