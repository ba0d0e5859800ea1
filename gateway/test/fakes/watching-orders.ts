import type { GraphqlSocket } from './graphql-socket.ts';

const WATCH = `subscription Watch($filter: OrderFilter, $after: String) {
  orderUpdates(filter: $filter, after: $after) {
    order { id version status customerId needsAttention payment { status } }
    cursor
  }
}`;

export interface OrderUpdate {
  readonly order: { readonly id: string; readonly version: number; readonly [field: string]: unknown } | null;
  readonly cursor: string;
}

/** One subscription to a customer's orders, as a test reads it. */
export class OrdersWatch {
  readonly #socket: GraphqlSocket;
  readonly #id: string = crypto.randomUUID();

  constructor(socket: GraphqlSocket, variables: { filter?: Record<string, unknown>; after?: string } = {}) {
    this.#socket = socket;
    socket.subscribe(this.#id, WATCH, variables);
  }

  async next(): Promise<OrderUpdate> {
    const message = await this.#socket.next(this.#id);
    if (message.type !== 'next' || message.payload.errors) {
      throw new Error(`expected an update, found ${JSON.stringify(message)}`);
    }
    return message.payload.data.orderUpdates;
  }

  /** `id version` of each order until all is told, and the cursor there. */
  async untilNow(): Promise<{ told: string[]; cursor: string }> {
    const told: string[] = [];
    for (;;) {
      const { order, cursor } = await this.next();
      if (order === null) return { told, cursor };
      told.push(`${order.id} ${order.version}`);
    }
  }

  async failure(): Promise<Record<string, unknown>> {
    const message = await this.#socket.next(this.#id);
    const [error] = (message.type === 'error' ? message.payload : message.payload?.errors) ?? [];
    if (error === undefined) throw new Error(`expected an error, found ${JSON.stringify(message)}`);
    return error.extensions;
  }

  stop(): void {
    this.#socket.complete(this.#id);
  }
}
