/** A saga's row as it may lie there, without the service that would move it. */
export interface PlantedSaga {
  /** Ids are made of it: the greater, the later. */
  readonly n: number;
  readonly customerId: string;
  readonly status: string;
  /** Instants as RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt?: string;
  readonly steps?: readonly object[];
  readonly attention?: string | null;
}

type Run = (text: string, values: readonly unknown[]) => Promise<unknown>;

const uuid = (kind: number, n: number): string =>
  `00000000-0000-7000-800${kind}-${String(n).padStart(12, '0')}`;
export const sagaIdOf = (n: number): string => uuid(1, n);
export const orderIdOf = (n: number): string => uuid(2, n);

export async function plantSaga(run: Run, saga: PlantedSaga): Promise<void> {
  const { n, customerId, status, createdAt, updatedAt = createdAt, steps = [], attention = null } = saga;
  const order = {
    orderId: orderIdOf(n),
    customerId,
    lines: [],
    total: { minor: 1, currency: 'USD' },
    paymentMethod: 'credit_card',
  };
  await run(
    `insert into saga_transactions (id, order_id, customer_id, definition, context, status, current_step, direction,
       steps, attention, attention_since, admitted, seq, rev, wake_at, created_at, updated_at)
     values ($1, $2, $3, 'place-order@1', $4, $5, 0, 'forward', $6, $7::text,
       case when $7::text is null then null else now() end, true, 1, 1, now(), $8, $9)`,
    [
      sagaIdOf(n),
      orderIdOf(n),
      customerId,
      JSON.stringify({ order, traceparent: null }),
      status,
      JSON.stringify(steps),
      attention,
      createdAt,
      updatedAt,
    ],
  );
  if (['Started', 'InProgress', 'Compensating'].includes(status)) {
    await run('insert into saga_due (saga_id, wake_at, in_flight) values ($1, now(), true)', [sagaIdOf(n)]);
  }
}
