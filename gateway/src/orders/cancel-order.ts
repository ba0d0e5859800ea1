import { type OrderView, uuidSchema } from '@order-saga/contracts';
import { maySee } from '../auth/principal.ts';
import type { CancelOrderErrorCode, CancelOrderInput } from '../generated/resolvers.ts';
import type { RequestContext } from '../pipeline/context.ts';
import { refusalOf } from '../services/peer.ts';

export interface CancelOrderProblem {
  readonly code: CancelOrderErrorCode;
  readonly message: string;
  readonly field: string[] | null;
}

export type CancelledOrder =
  | { readonly order: OrderView; readonly problems: readonly [] }
  | { readonly order: null; readonly problems: readonly [CancelOrderProblem] };

/** Asks the order service to undo an order; it decides, under its lock, whether that is still possible. */
export async function cancelOrder(input: CancelOrderInput, context: RequestContext): Promise<CancelledOrder> {
  const orderId = uuidSchema.safeParse(input.orderId).data;
  if (orderId === undefined) return NOT_FOUND;
  const requestId = uuidSchema.safeParse(input.requestId ?? context.newId()).data;
  if (requestId === undefined) return refused('INVALID_REQUEST_ID', 'must be a UUID', 'requestId');
  const reason = input.reason ?? 'cancelled by the customer';
  // U+0000 is no text to PostgreSQL.
  if (reason.length < 1 || reason.length > 500 || reason.includes('\0')) {
    return refused('INVALID_REASON', 'must have 1 to 500 characters, and no U+0000', 'reason');
  }
  const order = await context.loaders.order.load(orderId);
  if (order === null || !maySee(context.principal, order.customerId)) return NOT_FOUND;
  try {
    const cancelled = await context.orders((it, options) =>
      it.orders.cancel.mutate({ orderId, requestId, reason }, options),
    );
    return { order: cancelled, problems: [] };
  } catch (error) {
    const code = refusalOf(error);
    if (code === 'NOT_FOUND') return NOT_FOUND;
    if (code === 'PAST_PIVOT') {
      return refused(
        'PAST_PIVOT',
        'the order is approved or about to be, and can no longer be undone',
        'orderId',
      );
    }
    throw error;
  }
}

const refused = (code: CancelOrderErrorCode, message: string, field: string): CancelledOrder => ({
  order: null,
  problems: [{ code, message, field: ['input', field] }],
});

const NOT_FOUND = refused('ORDER_NOT_FOUND', 'there is no such order, or you may not see it', 'orderId');
