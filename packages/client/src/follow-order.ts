import type { GatewayClient } from './gateway-client.ts';
import { isGatewayError } from './gateway-error.ts';
import {
  FollowOrderDocument,
  type FollowOrderSubscription,
  type SagaStatus,
} from './generated/operations.ts';
import { pause } from './pause.ts';

/** One change of an order, complete enough to be shown without any other. */
export type OrderUpdate = FollowOrderSubscription['sagaStatus'];

export interface FollowOptions {
  /** The last version that is known already; 0 tells the whole story. Absent: begins with the present state. */
  readonly afterVersion?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each break, after which it goes on by itself. */
  readonly onInterrupted?: (error: Error) => void;
}

const FINAL: ReadonlySet<SagaStatus> = new Set(['COMPLETED', 'COMPENSATED', 'FAILED']);

export const isFinal = (update: Pick<OrderUpdate, 'sagaStatus'>): boolean => FINAL.has(update.sagaStatus);

/**
 * The course of an order to its end: every change once, in order, over as many connections as it takes. Ends with the
 * order's saga. Throws when the order cannot be followed at all (NOT_FOUND, UNAUTHENTICATED), and when aborted.
 */
export async function* followOrder(
  client: GatewayClient,
  orderId: string,
  { afterVersion, signal, onInterrupted }: FollowOptions = {},
): AsyncGenerator<OrderUpdate, void> {
  let seen = afterVersion;
  let last: OrderUpdate | undefined;
  for (let failures = 0; ; failures += 1) {
    try {
      const variables = { orderId, afterVersion: seen };
      for await (const { sagaStatus } of client.stream(FollowOrderDocument, variables, { signal })) {
        failures = 0;
        if (seen !== undefined && sagaStatus.version <= seen) continue;
        seen = sagaStatus.version;
        last = sagaStatus;
        yield sagaStatus;
      }
      // A stream that never said anything was asked for what comes after the end.
      if (last === undefined || isFinal(last)) return;
      await pause(client.backoffMs(failures), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isGatewayError(error) || !error.isPassing) throw error;
      onInterrupted?.(error);
      await pause(error.retryAfterMs ?? client.backoffMs(failures), signal);
    }
  }
}
