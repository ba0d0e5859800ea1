import type { SagaStatus } from '@order-saga/contracts';
import type { World } from './world.ts';

/** An order of ours, as its saga has it, and what the participants hold for it. */
export interface OrderWithEffects {
  readonly orderId: string;
  readonly sagaId: string;
  readonly sagaStatus: SagaStatus;
  readonly direction: 'forward' | 'backward';
  readonly totalMinor: number;
  readonly currency: string;
  /** Of all lines together. */
  readonly pieces: number;
  /** State by step name. */
  readonly steps: Readonly<Record<string, string>>;
  /** Its row in `orders`; null before it was created. */
  readonly orderStatus: 'created' | 'approved' | 'cancelled' | null;
  /** Approved for the client: by the saga's word or the participant's, whichever came first. */
  readonly isApproved: boolean;
  /** Undone for the client, in the same way. */
  readonly isCancelled: boolean;
  readonly payment: PaymentHeld | null;
  readonly reservation: ReservationHeld | null;
}

export interface PaymentHeld {
  readonly orderId: string;
  readonly sagaId: string;
  readonly status: 'pending' | 'processed' | 'declined' | 'refunded' | 'voided' | 'tombstone';
  readonly amountMinor: number;
  readonly currency: string;
  readonly netMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

export interface ReservationHeld {
  readonly orderId: string;
  readonly sagaId: string;
  readonly status: 'reserved' | 'confirmed' | 'released' | 'tombstone';
  readonly pieces: number;
}

const PAGE = 20_000;
const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The total and the lines are those the saga was started with: they never change. */
const SAGAS = `
  select s.order_id as "orderId", s.id as "sagaId", s.status as "sagaStatus", s.direction,
    (s.context #>> '{order,total,minor}')::float8 as "totalMinor", s.context #>> '{order,total,currency}' as currency,
    (select sum((line ->> 'quantity')::int)::float8 from jsonb_array_elements((s.context #> '{order,lines}')::jsonb) line) as pieces,
    (select coalesce(string_agg((step ->> 'name') || '=' || (step ->> 'state'), ' '), '') from jsonb_array_elements(s.steps::jsonb) step) as steps,
    o.status as "orderStatus"
  from saga_transactions s left join orders o on o.id = s.order_id and o.saga_id = s.id
  where s.order_id > $1 order by s.order_id limit ${PAGE}`;

const PAYMENTS = `
  select order_id as "orderId", saga_id as "sagaId", status, amount_minor as "amountMinor", currency,
    captured_minor - refunded_minor as "netMinor", captured_minor as "capturedMinor", refunded_minor as "refundedMinor"
  from payments where order_id > $1 and order_id <= $2`;

const RESERVATIONS = `
  select order_id as "orderId", saga_id as "sagaId", status,
    (select coalesce(sum(quantity), 0)::float8 from unnest(quantities) quantity) as pieces
  from reservations where order_id > $1 and order_id <= $2`;

type StoredSaga = Omit<
  OrderWithEffects,
  'steps' | 'isApproved' | 'isCancelled' | 'payment' | 'reservation'
> & {
  readonly steps: string;
};

/**
 * Walks all orders of ours in the order of their ids, a range at a time: three range scans and two small hash tables,
 * so that memory stays the same however many orders there are.
 */
export async function* ordersWithEffects(
  world: World,
): AsyncGenerator<{ readonly orders: readonly OrderWithEffects[]; readonly strangers: number }> {
  const stepsOf = memo(readSteps);
  for (let from = LOWEST; from !== HIGHEST; ) {
    const sagas = await world.orders<StoredSaga>(SAGAS, [from]);
    const to = sagas.length < PAGE ? HIGHEST : (sagas.at(-1) as StoredSaga).orderId;
    const [payments, reservations] = await Promise.all([
      world.payments<PaymentHeld>(PAYMENTS, [from, to]),
      world.inventory<ReservationHeld>(RESERVATIONS, [from, to]),
    ]);
    const paid = new Map(payments.map((payment) => [payment.orderId, payment]));
    const held = new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
    const orders = sagas.map((saga): OrderWithEffects => {
      const steps = stepsOf(saga.steps);
      const payment = paid.get(saga.orderId) ?? null;
      const reservation = held.get(saga.orderId) ?? null;
      paid.delete(saga.orderId);
      held.delete(saga.orderId);
      return {
        ...saga,
        steps,
        isApproved: saga.orderStatus === 'approved' || steps.ApproveOrder === 'completed',
        isCancelled: saga.orderStatus === 'cancelled' || saga.sagaStatus === 'Compensated',
        payment,
        reservation,
      };
    });
    // What is left belongs to a foreign orchestrator, or to an order younger than the snapshot of the orders.
    yield { orders, strangers: new Set([...paid.keys(), ...held.keys()]).size };
    from = to;
  }
}

const readSteps = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(' ').map((part) => part.split('=')));

/** A few dozen different texts stand for all orders. */
function memo<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = read(text);
    known.set(text, answer);
    return answer;
  };
}
