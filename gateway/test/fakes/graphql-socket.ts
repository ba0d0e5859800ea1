import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface ServerMessage {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly payload?: any;
}

export interface SocketOptions {
  readonly protocol?: string;
  readonly origin?: string;
}

/** A client of graphql-transport-ws that says exactly what a test tells it to, right or wrong. */
export class GraphqlSocket implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #messages: ServerMessage[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(url: string, { protocol = 'graphql-transport-ws', origin }: SocketOptions = {}) {
    this.socket = new WebSocket(url, protocol, origin === undefined ? {} : { origin });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.socket.on('message', (data) => {
      this.#messages.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.socket.on('close', () => this.#wake());
    this.socket.on('error', () => this.#wake());
  }

  /** Opened and, unless told otherwise, acknowledged. */
  static async open(url: string, options: SocketOptions = {}): Promise<GraphqlSocket> {
    const client = new GraphqlSocket(url, options);
    await once(client.socket, 'open');
    return client;
  }

  static async connect(url: string, connectionParams?: Record<string, unknown>): Promise<GraphqlSocket> {
    const client = await GraphqlSocket.open(url);
    client.send({ type: 'connection_init', payload: connectionParams });
    const ack = await client.next();
    if (ack.type !== 'connection_ack') throw new Error(`expected an ack, found ${ack.type}`);
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Record<string, unknown>, operationName?: string): void {
    this.send({ id, type: 'subscribe', payload: { query, variables, operationName } });
  }

  complete(id: string): void {
    this.send({ id, type: 'complete' });
  }

  /** The next message, of this operation if one is named. */
  async next(id?: string): Promise<ServerMessage> {
    for (;;) {
      const index = this.#messages.findIndex((message) => id === undefined || message.id === id);
      if (index >= 0) return this.#messages.splice(index, 1)[0] as ServerMessage;
      if (this.socket.readyState === WebSocket.CLOSED) {
        const { code, reason } = await this.closed;
        throw new Error(`the socket was closed with ${code} ${reason}`);
      }
      await this.#arrived.promise;
    }
  }

  /** The result of a query or mutation, or the errors before one. */
  async ask(
    query: string,
    variables?: Record<string, unknown>,
    operationName?: string,
  ): Promise<ServerMessage> {
    const id = crypto.randomUUID();
    this.subscribe(id, query, variables, operationName);
    return this.next(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}
