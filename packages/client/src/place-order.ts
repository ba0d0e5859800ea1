import { type FollowOptions, followOrder, type OrderUpdate } from './follow-order.ts';
import type { GatewayClient } from './gateway-client.ts';
import { type GatewayError, isGatewayError, OrderRefusedError } from './gateway-error.ts';
import {
  type CreateOrderInput,
  type OrderDetailsFragment,
  PlaceOrderDocument,
} from './generated/operations.ts';
import { pause } from './pause.ts';
import { newIdempotencyKey } from './random.ts';

/** The gateway's input. Keep the key of an order that a person means to place over reloads; without one it is drawn here. */
export type OrderToPlace = Omit<CreateOrderInput, 'idempotencyKey'> & { readonly idempotencyKey?: string };

export interface PlaceOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many times in all to send it; default 8, about half a minute. */
  readonly attempts?: number;
  readonly onInterrupted?: (error: Error) => void;
}

const ATTEMPTS = 8;

/**
 * Places one order, however often it must be sent: every time under the same idempotency key. Answers when it is
 * accepted for good. Throws `OrderRefusedError` for what the caller can mend, else the last `GatewayError`; after a
 * `GatewayError` it is unknown whether there is an order, and the same key finds out.
 */
export async function placeOrder(
  client: GatewayClient,
  order: OrderToPlace,
  { signal, attempts = ATTEMPTS, onInterrupted }: PlaceOptions = {},
): Promise<OrderDetailsFragment> {
  const input = { ...order, idempotencyKey: order.idempotencyKey ?? newIdempotencyKey() };
  for (let sent = 1; ; sent += 1) {
    try {
      const { data } = await client.ask(PlaceOrderDocument, { input }, { signal });
      const { order: placed, userErrors } = data.createOrder;
      if (placed === null) throw new OrderRefusedError(userErrors);
      return placed;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isWorthAnother(error) || sent >= attempts) throw error;
      onInterrupted?.(error);
      await pause(error.retryAfterMs ?? client.backoffMs(sent - 1), signal);
    }
  }
}

const isWorthAnother = (error: unknown): error is GatewayError => isGatewayError(error) && error.isPassing;

/** Places an order and tells its course from the beginning to its end. */
export async function* placeAndFollow(
  client: GatewayClient,
  order: OrderToPlace,
  options: PlaceOptions & Omit<FollowOptions, 'afterVersion'> = {},
): AsyncGenerator<OrderUpdate, void> {
  const { id } = await placeOrder(client, order, options);
  yield* followOrder(client, id, { ...options, afterVersion: 0 });
}
