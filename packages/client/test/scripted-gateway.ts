import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a test makes the gateway do, request by request; the last word is repeated. */
export type HttpScript = (body: { query: string; variables: Record<string, unknown> }) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON; `hang-up` ends the connection instead. */
  readonly body: object | string | 'hang-up';
};

export interface Subscriber {
  readonly afterVersion: number | undefined;
  readonly authorization: unknown;
  next(update: object): void;
  errors(...errors: object[]): void;
  refuse(...errors: object[]): void;
  complete(): void;
  close(code: number): void;
  terminate(): void;
}

/** A gateway that says exactly what a test tells it to, over HTTP and graphql-transport-ws. */
export async function scriptedGateway(parts: {
  readonly http?: HttpScript;
  readonly onSubscribe?: (subscriber: Subscriber, count: number) => void;
}): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const {
      status = 200,
      headers = {},
      body,
    } = parts.http?.(JSON.parse(Buffer.concat(chunks).toString())) ?? {
      body: 'hang-up',
    };
    if (body === 'hang-up') return response.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  let subscriptions = 0;
  sockets.on('connection', (socket) => {
    let authorization: unknown;
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_init') {
        authorization = message.payload?.authorization;
        return socket.send(JSON.stringify({ type: 'connection_ack' }));
      }
      if (message.type !== 'subscribe') return;
      subscriptions += 1;
      parts.onSubscribe?.(subscriberOf(socket, message, authorization), subscriptions);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

function subscriberOf(
  socket: WebSocket,
  { id, payload }: { id: string; payload: { variables: { afterVersion?: number } } },
  authorization: unknown,
): Subscriber {
  const send = (type: string, body?: unknown) => socket.send(JSON.stringify({ id, type, payload: body }));
  return {
    afterVersion: payload.variables.afterVersion,
    authorization,
    next: (sagaStatus) => send('next', { data: { sagaStatus } }),
    errors: (...errors) => send('next', { data: null, errors }),
    refuse: (...errors) => send('error', errors),
    complete: () => send('complete'),
    close: (code) => socket.close(code),
    terminate: () => socket.terminate(),
  };
}
