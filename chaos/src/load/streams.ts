import { type Client, createClient } from 'graphql-ws';

/** One change of an order, as a subscriber is told it. */
export interface Update {
  readonly version: number;
  readonly orderStatus: string;
  readonly sagaStatus: string;
}

const WATCH = `subscription Watch($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) { version orderStatus sagaStatus }
}`;

/** The gateway takes 100 on one connection. */
const MOST_PER_CONNECTION = 90;
const COME_AGAIN_MS = 150;

interface Connection {
  readonly client: Client;
  open: number;
}

export interface StreamsOptions {
  readonly gatewayUrl: string;
  /** A stream broke off, for this reason; it is taken up again after the last version that was told. */
  readonly onBroken: (kind: string) => void;
}

/** Subscriptions of stock graphql-ws clients, a few connections for all. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #connections: Connection[] = [];
  #isClosed = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Follows an order from its beginning until its stream is completed; says false when it was given up before. */
  async follow(orderId: string, onUpdate: (update: Update) => void): Promise<boolean> {
    let afterVersion = 0;
    const take = (update: Update) => {
      afterVersion = update.version;
      onUpdate(update);
    };
    while (!this.#isClosed) {
      const broken = await this.#subscribe(orderId, afterVersion, take);
      if (broken === null) return true;
      if (this.#isClosed) return false;
      this.#options.onBroken(broken);
      await new Promise((resolve) => setTimeout(resolve, COME_AGAIN_MS));
    }
    return false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#connections.map(({ client }) => client.dispose()));
  }

  /** Null when the stream is completed, else why it broke off. */
  #subscribe(orderId: string, afterVersion: number, take: (update: Update) => void): Promise<string | null> {
    const connection = this.#roomy();
    connection.open += 1;
    return new Promise<string | null>((resolve) => {
      connection.client.subscribe<{ sagaStatus: Update }>(
        { query: WATCH, variables: { orderId, afterVersion } },
        {
          next: ({ data, errors }) => {
            if (data) take(data.sagaStatus);
            else resolve(kindOf(errors));
          },
          error: (error) => resolve(kindOf(error)),
          complete: () => resolve(null),
        },
      );
    }).finally(() => {
      connection.open -= 1;
    });
  }

  #roomy(): Connection {
    const found = this.#connections.find(({ open }) => open < MOST_PER_CONNECTION);
    if (found !== undefined) return found;
    const url = `${this.#options.gatewayUrl.replace(/^http/, 'ws')}/graphql`;
    // What stands here takes streams up itself, after the last version: the client would begin them anew.
    const made = { client: createClient({ url, retryAttempts: 0, lazyCloseTimeout: 10_000 }), open: 0 };
    this.#connections.push(made);
    return made;
  }
}

function kindOf(error: unknown): string {
  if (Array.isArray(error)) {
    const [first] = error as { message: string; extensions?: { code?: string } }[];
    return first?.extensions?.code ?? first?.message ?? 'an error without a word';
  }
  const { code, message } = error as { code?: number | string; message?: string };
  return `stream ${code ?? message ?? 'broken'}`;
}
