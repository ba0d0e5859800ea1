import { createClient } from 'graphql-ws';
import type { WholeSystem } from './system.ts';

/** The live course of an order, watched by a stock graphql-ws client. */
export interface Update {
  readonly orderId: string;
  readonly sagaId: string;
  readonly version: number;
  readonly orderStatus: string;
  readonly sagaStatus: string;
  readonly kind: string;
  readonly step: string | null;
  readonly currentStep: string | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

const WATCH = `subscription Watch($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) {
    orderId sagaId version orderStatus sagaStatus kind step currentStep failure { code message }
  }
}`;

export class Watch {
  readonly #updates: AsyncIterableIterator<{
    data?: { sagaStatus: Update } | null | undefined;
    errors?: unknown;
  }>;

  constructor(system: WholeSystem, orderId: string, afterVersion?: number) {
    const url = `${system.urls.gateway.replace(/^http/, 'ws')}/graphql`;
    const client = createClient({ url, retryAttempts: 0 });
    this.#updates = client.iterate<{ sagaStatus: Update }>({
      query: WATCH,
      variables: { orderId, afterVersion },
    });
  }

  /** The next update; null when the stream has completed. */
  async next(): Promise<Update | null> {
    const { value, done } = await this.#updates.next();
    if (done) return null;
    if (!value.data) {
      throw new Error(`the stream answered ${JSON.stringify(value.errors)}`, { cause: value.errors });
    }
    return value.data.sagaStatus;
  }

  /** Updates up to the first that is as wanted, that one included. */
  async until(isWanted: (update: Update) => boolean): Promise<readonly Update[]> {
    const updates: Update[] = [];
    for (;;) {
      const update = await this.next();
      if (update === null) throw new Error('the stream completed before');
      updates.push(update);
      if (isWanted(update)) return updates;
    }
  }

  /** What comes until the stream completes. */
  async rest(): Promise<readonly Update[]> {
    const updates: Update[] = [];
    for (let update = await this.next(); update !== null; update = await this.next()) updates.push(update);
    return updates;
  }
}

export const versionsOf = (updates: readonly Update[]): number[] => updates.map(({ version }) => version);
