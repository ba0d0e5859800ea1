import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '@order-saga/service-kit';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AddressOf } from './client-address.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import { Deadline } from './deadline.ts';
import { createGraphqlWsServer, type GraphqlWsOptions } from './graphql-ws-server.ts';
import { type DoorOptions, refusalOfUpgrade, refuseUpgrade } from './websocket-door.ts';

export interface WebSocketTransportOptions extends GraphqlWsOptions, DoorOptions {
  readonly server: HttpServer;
  readonly maxMessageBytes: number;
  readonly addressOf: AddressOf;
  readonly connections: ConnectionLimit;
  /** A socket that has not answered a ping by the next one is dead. */
  readonly pingEveryMs: number;
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

export interface WebSocketTransport {
  /** Open connections. */
  readonly size: number;
  /** Closes every socket with 1001, which clients take as a call to connect again elsewhere. */
  stop(): Promise<void>;
}

const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;
const UNAVAILABLE = '503 Service Unavailable';
const CLOSE_HANDSHAKE_MS = 1_000;

/** GraphQL over WebSocket on the HTTP server's own port. */
export function mountWebSocket(options: WebSocketTransportOptions): WebSocketTransport {
  const { log } = options;
  const graphql = createGraphqlWsServer(options);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    // Compressing many small messages costs far more memory and time than it saves.
    perMessageDeflate: false,
    handleProtocols,
  });
  const silent = new WeakSet<WebSocket>();
  let isStopping = false;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = isStopping ? UNAVAILABLE : refusalOfUpgrade(request, options);
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    const address = options.addressOf(request);
    const place = options.connections.take(address);
    if (place === 'full') return refuseUpgrade(socket, UNAVAILABLE);
    if (place === 'client-full') return refuseUpgrade(socket, '429 Too Many Requests');
    socket.once('close', place.release);
    sockets.handleUpgrade(request, socket, head, (accepted) => accept(accepted, address));
  };
  options.server.on('upgrade', upgrade);

  function accept(socket: WebSocket, address: string): void {
    // `ws` itself closes with the right code (1009 for a message too large, 1002, 1007); clients cause these at will.
    socket.on('error', (err) => log.debug({ err }, 'a socket failed'));
    socket.on('pong', () => silent.delete(socket));
    const expiry = new Deadline(() => socket.close(CloseCode.Forbidden, 'The token has expired'));
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (data) => sendOn(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          socket.on('message', (data, isBinary) => {
            if (isBinary) return socket.close(UNSUPPORTED_DATA, 'Messages are text');
            Promise.resolve(take(String(data))).catch((err) => {
              log.error({ err }, 'a message could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      {
        address,
        close: (code, reason) => socket.close(code, reason),
        closeAt: (expiresAt) => expiry.set(expiresAt - options.now()),
      },
    );
    socket.once('close', (code, reason) => {
      expiry.clear();
      closed(code, String(reason)).catch((err) => log.error({ err }, 'a connection could not be wound up'));
    });
  }

  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        silent.add(socket);
        socket.ping();
      }
    }
  }, options.pingEveryMs);

  return {
    get size() {
      return sockets.clients.size;
    },
    async stop() {
      isStopping = true;
      clearInterval(pings);
      await Promise.all([...sockets.clients].map(closeDown));
      sockets.close();
      options.server.off('upgrade', upgrade);
    },
  };
}

/** Resolves once the bytes have left for the system: a slow reader slows down its own streams, and only those. */
const sendOn = (socket: WebSocket, data: string): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(data, (err) => (err ? reject(err) : resolve()));
  });

function closeDown(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => socket.terminate(), CLOSE_HANDSHAKE_MS);
    socket.once('close', () => {
      clearTimeout(impatience);
      resolve();
    });
    socket.close(GOING_AWAY, 'Going away');
  });
}
