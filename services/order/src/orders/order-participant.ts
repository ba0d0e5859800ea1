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

/** `acceptedFor`: the saga of ours that the order was accepted for, of an order that is not created yet. */
export function decideOrderCommand(
  order: Order | undefined,
  command: OrderCommand,
  origin: Exclude<OrderOrigin, 'tombstone'>,
  acceptedFor?: string,
): OrderOutcome {
  const owner = order?.sagaId ?? acceptedFor;
  if (owner !== undefined && owner !== command.sagaId) return ofAnotherSaga(owner, command);
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

/** An order belongs to the saga that made it: no other moves it (rule P5). */
function ofAnotherSaga(owner: string, { type, sagaId, payload }: OrderCommand): OrderOutcome {
  const { orderId } = payload;
  switch (type) {
    case 'CreateOrder':
      return rejected('ORDER_OF_ANOTHER_SAGA', `order ${orderId} belongs to another saga`);
    case 'ApproveOrder':
      throw new ForeignOrderError(`ApproveOrder of saga ${sagaId} names order ${orderId} of saga ${owner}`);
    case 'CancelOrder':
      return { kind: 'succeeded', result: resultOf(type, orderId) };
    default:
      throw new Error(`no such command: ${type satisfies never}`);
  }
}

function createOrder(order: Order | undefined, command: OrderCommand, origin: OrderOrigin): OrderOutcome {
  const result = resultOf('CreateOrder', command.payload.orderId);
  if (!order) return { kind: 'succeeded', order: newOrder(command, 'created', origin), result };
  if (order.status === 'cancelled')
    return rejected('ORDER_CANCELLED', `order ${order.id} is already cancelled`);
  return { kind: 'succeeded', result };
}

function approveOrder(order: Order | undefined, command: OrderCommand): OrderOutcome {
  const { orderId } = command.payload;
  if (!order) return { kind: 'unanswered', reason: `order ${orderId} is to be approved and does not exist` };
  const succeeded = { kind: 'succeeded', result: resultOf('ApproveOrder', orderId) } as const;
  switch (order.status) {
    case 'created':
      return { ...succeeded, order: { ...order, status: 'approved' } };
    case 'approved':
      return succeeded;
    case 'cancelled':
      return { kind: 'unanswered', reason: `order ${orderId} is to be approved and is cancelled` };
    default:
      return order.status satisfies never;
  }
}

function cancelOrder(order: Order | undefined, command: OrderCommand): OrderOutcome {
  const result = resultOf('CancelOrder', command.payload.orderId);
  const succeeded = { kind: 'succeeded', result } as const;
  // The very row that CreateOrder must insert: the two collide on one key, and the late action is refused (rule P1).
  if (!order) return { ...succeeded, order: newOrder(command, 'cancelled', 'tombstone') };
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

/** What a Success carries; the same whether it is told for the first time or from what was done. */
export function resultOf(type: OrderCommand['type'], orderId: string): object {
  switch (type) {
    case 'CreateOrder':
      return { order_id: orderId };
    case 'ApproveOrder':
      return { approved: true };
    case 'CancelOrder':
      return { cancelled: true };
    default:
      throw new Error(`no such command: ${type satisfies never}`);
  }
}

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
