import type { OrderLine, OrderPayload } from '@order-saga/contracts';
import type { SagaInstance, StepInstance } from '@order-saga/saga';
import type { Order } from '../orders/order.ts';
import type { ClientKeyRow, SagaRow } from './rows.ts';

/** How the rows of an order turn lie in their tables. Times cross as milliseconds since 1970. */

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export const SAGA_COLUMNS = `
  s.id, s.definition, s.status, s.direction, s.steps, s.outstanding, s.context, s.failure, s.attention,
  ${ms('s.attention_since')} as attention_since, s.admitted, s.seq, s.rev, ${ms('s.wake_at')} as wake_at,
  ${ms('s.created_at')} as created_at, ${ms('s.updated_at')} as updated_at`;

export interface SagaColumns {
  readonly id: string;
  readonly definition: string;
  readonly status: SagaInstance['status'];
  readonly direction: SagaInstance['direction'];
  readonly steps: readonly StoredStep[];
  readonly outstanding: SagaInstance['outstanding'];
  readonly context: SagaContext;
  readonly failure: SagaInstance['failure'];
  readonly attention: string | null;
  readonly attention_since: number | null;
  readonly admitted: boolean;
  readonly seq: number;
  readonly rev: number;
  readonly wake_at: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A step in the column `steps`: what says nothing yet is left out, since every transition writes the column anew. */
export type StoredStep = Pick<StepInstance, 'name' | 'state'> & Partial<StepInstance>;

export const readStep = (step: StoredStep): StepInstance => ({
  attempts: 0,
  startedAt: null,
  endedAt: null,
  result: null,
  error: null,
  ...step,
});

export const storedSteps = (steps: readonly StepInstance[]): string => JSON.stringify(steps.map(storedStep));

function storedStep(step: StepInstance): StoredStep {
  const { name, state } = step;
  if (state === 'pending') return { name, state };
  return {
    name,
    state,
    ...(step.attempts === 0 ? {} : { attempts: step.attempts }),
    ...(step.startedAt === null ? {} : { startedAt: step.startedAt }),
    ...(step.endedAt === null ? {} : { endedAt: step.endedAt }),
    ...(step.result === null ? {} : { result: step.result }),
    ...(step.error === null ? {} : { error: step.error }),
  };
}

/** The column `context`: what the saga was started with; never changed. */
export interface SagaContext {
  readonly order: OrderPayload;
  readonly traceparent: string | null;
}

export function readSaga(row: SagaColumns): SagaRow {
  return {
    instance: {
      id: row.id,
      status: row.status,
      direction: row.direction,
      steps: row.steps.map(readStep),
      outstanding: row.outstanding,
      seq: row.seq,
      failure: row.failure,
      attention:
        row.attention === null
          ? null
          : { reason: row.attention, since: Math.round(row.attention_since ?? 0) },
      admitted: row.admitted,
    },
    definition: row.definition,
    order: row.context.order,
    traceparent: row.context.traceparent,
    rev: row.rev,
    wakeAt: Math.round(row.wake_at),
    createdAt: Math.round(row.created_at),
    updatedAt: Math.round(row.updated_at),
  };
}

export const ORDER_COLUMNS =
  'o.id, o.saga_id, o.customer_id, o.lines, o.total_minor, o.currency, o.payment_method, o.status, o.origin';

export interface OrderColumns {
  readonly id: string;
  readonly saga_id: string;
  readonly customer_id: string;
  readonly lines: readonly OrderLine[];
  readonly total_minor: number;
  readonly currency: string;
  readonly payment_method: string;
  readonly status: Order['status'];
  readonly origin: Order['origin'];
}

export const readOrder = (row: OrderColumns): Order => ({
  id: row.id,
  sagaId: row.saga_id,
  customerId: row.customer_id,
  lines: row.lines,
  totalMinor: row.total_minor,
  currency: row.currency,
  paymentMethod: row.payment_method,
  status: row.status,
  origin: row.origin,
});

export interface ClientKeyColumns {
  readonly customer_id: string;
  readonly key: string;
  readonly order_id: string;
  readonly saga_id: string;
  readonly sent: string;
}

export const readClientKey = (row: ClientKeyColumns): ClientKeyRow => ({
  customerId: row.customer_id,
  key: row.key,
  orderId: row.order_id,
  sagaId: row.saga_id,
  sent: row.sent,
});
