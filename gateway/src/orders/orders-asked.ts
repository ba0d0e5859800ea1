import { type OrdersListInput, type OrderView, uuidSchema } from '@order-saga/contracts';
import { maySee, type Principal } from '../auth/principal.ts';
import type { OrderFilter } from '../generated/resolvers.ts';
import { publicError } from '../pipeline/public-error.ts';

/** What the order service is asked for; every part that is left out fits all. */
export type OrdersAsked = Partial<
  Pick<OrdersListInput, 'customerId' | 'status' | 'createdFrom' | 'createdTo' | 'needsAttention'>
>;

/** Which orders this caller's filter means: within what they may see. */
export function ordersAsked(filter: OrderFilter | null | undefined, principal: Principal): OrdersAsked {
  const { status, createdFrom, createdTo, needsAttention } = filter ?? {};
  return {
    ...customerAsked(filter?.customerId, principal),
    ...(status == null ? {} : { status: [...status] }),
    ...(createdFrom == null ? {} : { createdFrom }),
    ...(createdTo == null ? {} : { createdTo }),
    ...(needsAttention == null ? {} : { needsAttention }),
  };
}

/** Whether an order fulfils what was asked for, as the order service would say. */
export function isAsked(asked: OrdersAsked, order: OrderView): boolean {
  const { customerId, status, createdFrom, createdTo, needsAttention } = asked;
  const placedAt = Date.parse(order.createdAt);
  return (
    (customerId === undefined || order.customerId === customerId) &&
    (status === undefined || status.includes(order.status)) &&
    (createdFrom === undefined || placedAt >= Date.parse(createdFrom)) &&
    (createdTo === undefined || placedAt < Date.parse(createdTo)) &&
    (needsAttention === undefined ||
      (order.saga !== null && order.saga.attention !== null) === needsAttention)
  );
}

function customerAsked(asked: string | null | undefined, principal: Principal): { customerId?: string } {
  if (asked == null) return principal.scope === 'all' ? {} : { customerId: principal.customerId };
  const customerId = uuidSchema.safeParse(asked).data;
  if (customerId === undefined) throw publicError('BAD_USER_INPUT', '`customerId` must be a UUID.');
  if (maySee(principal, customerId)) return { customerId };
  throw publicError('FORBIDDEN', 'You may see your own orders only: leave customerId out.');
}
