import type { SagaStatus } from '@order-saga/contracts';
import type { Direction } from './instance.ts';

/**
 * Where a saga may go from each status, by one transition. Terminal statuses lead nowhere.
 * `Failed` is an operator's giving up; no event of the saga's own leads there.
 */
export const NEXT_SAGA_STATUSES = {
  Started: ['InProgress', 'Completed', 'Compensating', 'Compensated', 'Failed'],
  InProgress: ['InProgress', 'Completed', 'Compensating', 'Failed'],
  Compensating: ['Compensating', 'Compensated', 'Failed'],
  Completed: [],
  Compensated: [],
  Failed: [],
} as const satisfies Record<SagaStatus, readonly SagaStatus[]>;

export function isLegalTransition(from: SagaStatus, to: SagaStatus): boolean {
  const next: readonly SagaStatus[] = NEXT_SAGA_STATUSES[from];
  return next.includes(to);
}

/** Over for ever: nothing that arrives changes such a saga. */
export function isOver(status: SagaStatus): boolean {
  switch (status) {
    case 'Started':
    case 'InProgress':
    case 'Compensating':
      return false;
    case 'Completed':
    case 'Compensated':
    case 'Failed':
      return true;
    default:
      return status satisfies never;
  }
}

/** The status a transition leads to; `Started` is only ever the first. */
export function statusAfter(direction: Direction, hasOutstanding: boolean): SagaStatus {
  switch (direction) {
    case 'forward':
      return hasOutstanding ? 'InProgress' : 'Completed';
    case 'backward':
      return hasOutstanding ? 'Compensating' : 'Compensated';
    default:
      return direction satisfies never;
  }
}
