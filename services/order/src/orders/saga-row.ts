import { readStep, type StoredStep } from '../orchestrator/columns.ts';
import type { SagaRow } from '../orchestrator/rows.ts';

/** A saga as MikroORM reads it. */
interface StoredSaga {
  readonly id: string;
  readonly definition: string;
  readonly status: SagaRow['instance']['status'];
  readonly direction: SagaRow['instance']['direction'];
  readonly steps: readonly StoredStep[];
  readonly outstanding: SagaRow['instance']['outstanding'];
  readonly failure: SagaRow['instance']['failure'];
  readonly context: { readonly order: SagaRow['order']; readonly traceparent: string | null };
  readonly attention: string | null;
  readonly attentionSince: Date | null;
  readonly admitted: boolean;
  readonly seq: number;
  readonly rev: number;
  readonly wakeAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The same saga as the hot path reads it. */
export function toRow(saga: StoredSaga): SagaRow {
  const { id, status, direction, outstanding, seq, failure, admitted } = saga;
  const steps = saga.steps.map(readStep);
  const attention =
    saga.attention === null || saga.attentionSince === null
      ? null
      : { reason: saga.attention, since: saga.attentionSince.getTime() };
  return {
    instance: { id, status, direction, steps, outstanding, seq, failure, admitted, attention },
    definition: saga.definition,
    order: saga.context.order,
    traceparent: saga.context.traceparent,
    rev: saga.rev,
    wakeAt: saga.wakeAt.getTime(),
    createdAt: saga.createdAt.getTime(),
    updatedAt: saga.updatedAt.getTime(),
  };
}
