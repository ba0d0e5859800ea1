import type { GraphqlSocket } from './graphql-socket.ts';

const WATCH = `subscription Watch($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) {
    orderId sagaId version orderStatus sagaStatus step kind currentStep failure { code message } at
  }
}`;

export interface Update {
  readonly version: number;
  readonly sagaStatus: string;
  readonly orderStatus: string;
  readonly kind: string;
  readonly step: string | null;
  readonly [field: string]: unknown;
}

/** One subscription to an order's course, as a test reads it. */
export class Watch {
  readonly #socket: GraphqlSocket;
  readonly #id: string = crypto.randomUUID();

  constructor(socket: GraphqlSocket, orderId: string, afterVersion?: number) {
    this.#socket = socket;
    socket.subscribe(this.#id, WATCH, { orderId, afterVersion });
  }

  async next(): Promise<Update> {
    const message = await this.#socket.next(this.#id);
    if (message.type !== 'next' || message.payload.errors) {
      throw new Error(`expected an update, found ${JSON.stringify(message)}`);
    }
    return message.payload.data.sagaStatus;
  }

  /** The versions of the updates until the stream completes. */
  async rest(): Promise<number[]> {
    const versions: number[] = [];
    for (;;) {
      const message = await this.#socket.next(this.#id);
      if (message.type === 'complete') return versions;
      if (message.type === 'error') throw new Error(JSON.stringify(message.payload));
      versions.push(message.payload.data.sagaStatus.version);
    }
  }

  /** The extensions of the error that ends the stream: one before it began, or one in its middle. */
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
