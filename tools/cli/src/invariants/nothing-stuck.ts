import { plural } from './amounts.ts';
import type { Book } from './book.ts';
import type { Check } from './check.ts';
import { judgePath } from './judge-path.ts';
import type { OrderWithEffects } from './orders-with-effects.ts';
import { perSaga, sagaName } from './saga-paths.ts';

/**
 * Deadlines are judged by the database's own clock. A process that could not see answers lets a deadline stand still
 * until it looks again, and a claimed wake-up is leased for half a minute: hence the grace.
 */
const LIVE = `
  select s.order_id as "orderId", s.id as "sagaId", s.status,
    s.steps -> s.current_step ->> 'name' as step, s.attention, d.saga_id is not null as "hasWakeUp",
    (s.outstanding ->> 'sent')::boolean as sent,
    coalesce((s.outstanding ->> 'sent')::boolean and
      to_timestamp((s.outstanding ->> 'deadlineAt')::float8 / 1000) < clock_timestamp() - $1 * interval '1 ms', false) as "isOverdue",
    coalesce((s.outstanding ->> 'sent')::boolean and d.wake_at < clock_timestamp() - $1 * interval '1 ms', false) as "isForgotten",
    s.direction = 'forward' and not (s.outstanding ->> 'sent')::boolean and w.saga_id is null as "isOutOfLine"
  from saga_transactions s
  left join saga_due d on d.saga_id = s.id
  left join waiting w on w.saga_id = s.id
  where s.status not in ('Completed', 'Compensated', 'Failed')`;

/** Two figures and the ones with something wrong; a busy system has thousands that are all right. */
const SUSPECT_LIVE = `
  with live as (${LIVE})
  select * from live
  where $2 or not "hasWakeUp" or "isForgotten" or "isOutOfLine" or ("isOverdue" and attention is null)
  limit 1000`;

const COUNTS = `
  select count(*) as live, count(*) filter (where attention is not null) as attention
  from saga_transactions where status not in ('Completed', 'Compensated', 'Failed')`;

interface LiveSaga {
  readonly orderId: string;
  readonly sagaId: string;
  readonly status: string;
  readonly step: string | null;
  readonly attention: string | null;
  readonly hasWakeUp: boolean;
  readonly isOverdue: boolean;
  readonly isForgotten: boolean;
  readonly isOutOfLine: boolean;
}

export function nothingStuck(): Check {
  /** What a participant undid of a saga that, when the orders were read, still went forward. */
  const undoneEarly = new Map<string, { readonly orderId: string; readonly what: string }>();
  return {
    number: 7,
    title: 'No saga is late unseen; undo only after the step, or as a tombstone',
    path(path, book) {
      for (const flaw of judgePath(path).undo) {
        for (const ids of perSaga(path, (saga) => saga)) {
          book.found({ rule: 'undo-out-of-turn', text: `${sagaName(ids)} ${flaw}`, ...ids });
        }
      }
    },
    look(order, book) {
      book.checkedRows += 1;
      const what = undoneBy(order);
      if (what !== null && order.direction === 'forward')
        undoneEarly.set(order.sagaId, { orderId: order.orderId, what });
      undoneLeavesNothing(order, book);
    },
    async ask({ orders, ordersNow, mode, graceMs }, book) {
      const isAtRest = mode === 'at-rest';
      const [counts] = await orders<{ live: number; attention: number }>(COUNTS);
      Object.assign(book.figures, {
        'under way': counts?.live ?? 0,
        'need attention': counts?.attention ?? 0,
      });
      book.says = `${plural(counts?.live ?? 0, 'saga')} under way, ${counts?.attention ?? 0} of them with attention raised`;
      for (const saga of await orders<LiveSaga>(SUSPECT_LIVE, [graceMs, isAtRest])) {
        const where = `${sagaName(saga)} is ${saga.status}${saga.step === null ? '' : ` at ${saga.step}`}`;
        const { orderId, sagaId } = saga;
        const found = (rule: string, text: string) =>
          book.found({ rule, text: `${where} ${text}`, orderId, sagaId });
        if (!saga.hasWakeUp) found('no-wake-up', 'and nothing will ever wake it');
        if (saga.isOutOfLine) found('not-in-line', 'waits to be admitted, and stands in no line');
        const late = { orderId, sagaId, suspect: true } as const;
        if (saga.isOverdue && saga.attention === null)
          book.found({ rule: 'overdue', text: `${where} beyond its deadline, and nobody is told`, ...late });
        if (saga.isForgotten)
          book.found({ rule: 'forgotten', text: `${where} and due, and nobody looks after it`, ...late });
        if (isAtRest) book.found({ rule: 'not-at-rest', text: `${where}, and should have ended`, ...late });
      }
      await stillForward(ordersNow, book);
    },
  };

  /** Whatever is undone was asked for: by now its saga must have turned back, or an operator has taken it over. */
  async function stillForward(ask: Parameters<NonNullable<Check['ask']>>[0]['ordersNow'], book: Book) {
    if (undoneEarly.size === 0) return;
    const rows = await ask<{ id: string }>(
      `select id from saga_transactions where id = any($1::uuid[]) and direction = 'forward' and status <> 'Failed'`,
      [[...undoneEarly.keys()]],
    );
    for (const { id } of rows) {
      const { orderId, what } = undoneEarly.get(id) as { orderId: string; what: string };
      const text = `${sagaName({ sagaId: id, orderId })} goes forward, and ${what}`;
      book.found({ rule: 'undone-without-turning-back', text, orderId, sagaId: id });
    }
  }
}

function undoneBy({ sagaId, payment, reservation }: OrderWithEffects): string | null {
  if (payment?.sagaId === sagaId && ['refunded', 'voided', 'tombstone'].includes(payment.status))
    return `its payment is ${payment.status}`;
  if (reservation?.sagaId === sagaId && ['released', 'tombstone'].includes(reservation.status))
    return `its reservation is ${reservation.status}`;
  return null;
}

/** The orders were read first: what they call undone was undone before, and left a row that refuses a late action. */
function undoneLeavesNothing({ orderId, sagaId, steps, payment, reservation }: OrderWithEffects, book: Book) {
  const found = (rule: string, text: string) => book.found({ rule, text, orderId, sagaId, suspect: true });
  if (steps.ProcessPayment === 'undone') {
    if (payment === null)
      found(
        'no-tombstone',
        `${sagaName({ sagaId, orderId })} undid its payment, and there is no tombstone of it`,
      );
    else if (payment.sagaId === sagaId && (payment.netMinor !== 0 || payment.status === 'pending'))
      found(
        'undone-in-name',
        `${sagaName({ sagaId, orderId })} undid its payment, and it is ${payment.status}`,
      );
  }
  if (steps.ReserveInventory === 'undone') {
    if (reservation === null)
      found(
        'no-tombstone',
        `${sagaName({ sagaId, orderId })} undid its reservation, and there is no tombstone of it`,
      );
    else if (reservation.sagaId === sagaId && !['released', 'tombstone'].includes(reservation.status))
      found(
        'undone-in-name',
        `${sagaName({ sagaId, orderId })} undid its reservation, and it is ${reservation.status}`,
      );
  }
}
