import { createClient } from 'graphql-ws';
import { CliError } from '../system/cli-error.ts';
import type { Doors } from './ask.ts';

/** One change of an order, as the gateway tells it. */
export interface Update {
  readonly version: number;
  readonly kind:
    | 'SAGA_STARTED'
    | 'STEP_COMPLETED'
    | 'STEP_REJECTED'
    | 'STEP_TIMED_OUT'
    | 'CANCEL_REQUESTED'
    | 'STEP_UNDONE';
  readonly step: string | null;
  readonly orderStatus: 'PENDING' | 'CREATED' | 'APPROVED' | 'CANCELLED';
  readonly sagaStatus: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly at: string;
}

const WATCH = `subscription Watch($orderId: ID!) {
  sagaStatus(orderId: $orderId, afterVersion: 0) {
    version kind step orderStatus sagaStatus failure { code message } at } }`;

/** The whole story of an order as it happens, from its beginning, over graphql-ws; ends with its saga. */
export async function* follow(
  { gateway }: Doors,
  orderId: string,
  patienceMs: number,
): AsyncGenerator<Update> {
  const client = createClient({ url: `${gateway.replace(/^http/, 'ws')}/graphql`, retryAttempts: 2 });
  const updates = client.iterate<{ sagaStatus: Update }>({ query: WATCH, variables: { orderId } });
  let isLate = false;
  // Ending the connection ends the stream, so that a saga that hangs does not hang its audience.
  const timer = setTimeout(() => {
    isLate = true;
    client.terminate();
    void updates.return?.();
  }, patienceMs);
  try {
    for await (const { data, errors } of updates) {
      if (!data)
        throw failed(`watching order ${orderId}: ${errors?.map(({ message }) => message).join('; ')}`);
      yield data.sagaStatus;
    }
    if (isLate) throw failed(`order ${orderId} has not ended after ${patienceMs / 1_000} s: npm run doctor`);
  } finally {
    clearTimeout(timer);
    await client.dispose();
  }
}

const failed = (message: string): CliError => new CliError('DEMO_FAILED', message);
