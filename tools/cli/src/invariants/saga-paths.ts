import type { OrderStatus, SagaStatus, TransitionKind } from '@order-saga/contracts';
import type { World } from './world.ts';

/** One way through the transition log, and the sagas that went it and now stand alike. */
export interface SagaPath {
  readonly entries: readonly PathEntry[];
  /** Null when the log speaks of a saga that is not there. */
  readonly sagaStatus: SagaStatus | null;
  /** `saga_transactions.seq`: how many transitions there should be. */
  readonly sagaSeq: number;
  /** The row in `orders`; null when there is none. */
  readonly orderStatus: 'created' | 'approved' | 'cancelled' | null;
  readonly count: number;
  /** Some of them. */
  readonly sagas: readonly { readonly sagaId: string; readonly orderId: string | null }[];
}

export interface PathEntry {
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly step: string | null;
  readonly sagaStatus: SagaStatus;
  readonly orderStatus: OrderStatus;
  readonly currentStep: string | null;
}

/** However many sagas there are, they go a few hundred different ways: each is judged once, by the engine's own table. */
const PATHS = `
  with log as (
    select h.saga_id,
      string_agg(concat_ws(' ', h.seq, e ->> 'kind', coalesce(e ->> 'step', '-'), e ->> 'sagaStatus', e ->> 'orderStatus',
        coalesce(e ->> 'currentStep', '-')), '|' order by h.seq) as path
    from saga_history h cross join lateral (select h.entry::jsonb as e offset 0) parsed
    group by h.saga_id)
  select coalesce(log.path, '') as path, s.status, s.seq, o.status as order_status, count(*) as count,
    (array_agg(coalesce(s.id, log.saga_id)))[1:20] as saga_ids, (array_agg(s.order_id))[1:20] as order_ids
  from log full join saga_transactions s on s.id = log.saga_id
  left join orders o on o.id = s.order_id and o.saga_id = s.id
  group by 1, 2, 3, 4`;

interface StoredPath {
  readonly path: string;
  readonly status: SagaStatus | null;
  readonly seq: number | null;
  readonly order_status: SagaPath['orderStatus'];
  readonly count: number;
  readonly saga_ids: readonly string[];
  readonly order_ids: readonly (string | null)[];
}

export async function sagaPaths(world: World): Promise<SagaPath[]> {
  const rows = await world.orders<StoredPath>(PATHS);
  return rows.map((row) => ({
    entries: row.path === '' ? [] : row.path.split('|').map(readEntry),
    sagaStatus: row.status,
    sagaSeq: row.seq ?? 0,
    orderStatus: row.order_status,
    count: row.count,
    sagas: row.saga_ids.map((sagaId, at) => ({ sagaId, orderId: row.order_ids[at] ?? null })),
  }));
}

function readEntry(text: string): PathEntry {
  const [seq, kind, step, sagaStatus, orderStatus, currentStep] = text.split(' ');
  return {
    seq: Number(seq),
    kind: kind as TransitionKind,
    step: step === '-' ? null : (step ?? null),
    sagaStatus: sagaStatus as SagaStatus,
    orderStatus: orderStatus as OrderStatus,
    currentStep: currentStep === '-' ? null : (currentStep ?? null),
  };
}

/** Each saga that went this way, as a violation. */
export const perSaga = <T>(
  path: SagaPath,
  of: (saga: { sagaId: string; orderId?: string }) => T,
): readonly T[] =>
  path.sagas.map(({ sagaId, orderId }) => of(orderId === null ? { sagaId } : { sagaId, orderId }));

/** How a saga is named to people. */
export const sagaName = ({ sagaId, orderId }: { sagaId: string; orderId?: string }): string =>
  orderId === undefined ? `saga ${sagaId}` : `saga ${sagaId} of order ${orderId}`;
