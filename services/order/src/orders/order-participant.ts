import type { OrderCommand } from '@order-saga/contracts';
import type { Order, OrderOrigin } from './order.ts';

/**
 * The order participant: what CreateOrder, ApproveOrder and CancelOrder do to an order. Pure; the same code serves the
 * topic and the orchestrator's own transaction.
 */
export type OrderOutcome =
  /** `order`: the row to write; absent when nothing changes. */
  | { readonly kind: 'succeeded'; readonly order?: Order; readonly result: unknown }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  /** It cannot be done, and has no Failed outcome: nothing is stored, nothing answered (rule P4). */
  | { readonly kind: 'unanswered'; readonly reason: string };

export class ForeignOrderError extends Error {
  readonly code = 'ORDER_OF_ANOTHER_SAGA';
}

export function decideOrderCommand(
  order: Order | undefined,
  command: OrderCommand,
  origin: Exclude<OrderOrigin, 'tombstone'>,
): OrderOutcome {
  switch (command.type) {
    case 'CreateOrder':
      return createOrder(order, command, origin);
    case 'ApproveOrder':
      return approveOrder(order, command);
    case 'CancelOrder':
      return cancelOrder(order, command);
    default:
      throw new Error(`no such command: ${command.type satisfies never}`);
  }
}

function createOrder(order: Order | undefined, command: OrderCommand, origin: OrderOrigin): OrderOutcome {
  if (!order)
    return { kind: 'succeeded', order: newOrder(command, 'created', origin), result: created(command) };
  if (order.sagaId !== command.sagaId) {
    return rejected('ORDER_OF_ANOTHER_SAGA', `order ${order.id} belongs to another saga`);
  }
  if (order.status === 'cancelled')
    return rejected('ORDER_CANCELLED', `order ${order.id} is already cancelled`);
  return { kind: 'succeeded', result: created(command) };
}

function approveOrder(order: Order | undefined, command: OrderCommand): OrderOutcome {
  const { orderId } = command.payload;
  if (!order) return { kind: 'unanswered', reason: `order ${orderId} is to be approved and does not exist` };
  if (order.sagaId !== command.sagaId) {
    throw new ForeignOrderError(
      `ApproveOrder of saga ${command.sagaId} names order ${orderId} of saga ${order.sagaId}`,
    );
  }
  switch (order.status) {
    case 'created':
      return { kind: 'succeeded', order: { ...order, status: 'approved' }, result: { approved: true } };
    case 'approved':
      return { kind: 'succeeded', result: { approved: true } };
    case 'cancelled':
      return { kind: 'unanswered', reason: `order ${orderId} is to be approved and is cancelled` };
    default:
      return order.status satisfies never;
  }
}

function cancelOrder(order: Order | undefined, command: OrderCommand): OrderOutcome {
  const succeeded = { kind: 'succeeded', result: { cancelled: true } } as const;
  // The very row that CreateOrder must insert: the two collide on one key, and the late action is refused (rule P1).
  if (!order) return { ...succeeded, order: newOrder(command, 'cancelled', 'tombstone') };
  if (order.sagaId !== command.sagaId) return succeeded;
  switch (order.status) {
    case 'created':
      return { ...succeeded, order: { ...order, status: 'cancelled' } };
    case 'cancelled':
      return succeeded;
    case 'approved':
      return { kind: 'unanswered', reason: `order ${order.id} is to be cancelled and is approved` };
    default:
      return order.status satisfies never;
  }
}

const created = (command: OrderCommand) => ({ order_id: command.payload.orderId });

const rejected = (code: string, message: string): OrderOutcome => ({ kind: 'rejected', code, message });

function newOrder({ sagaId, payload }: OrderCommand, status: Order['status'], origin: OrderOrigin): Order {
  return {
    id: payload.orderId,
    sagaId,
    customerId: payload.customerId,
    lines: payload.lines,
    totalMinor: payload.total.minor,
    currency: payload.total.currency,
    paymentMethod: payload.paymentMethod,
    status,
    origin,
  };
}
