import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface DoorOptions {
  readonly path: string;
  /** Origins whose pages may connect beside our own; `*` lets every page in. */
  readonly origins: '*' | readonly string[];
  readonly maxConnections: number;
  readonly connections: () => number;
}

/** Why an upgrade is refused, as an HTTP status line; undefined when it may pass. */
export function refusalOfUpgrade(request: IncomingMessage, options: DoorOptions): string | undefined {
  const path = request.url?.split('?', 1)[0];
  if (path !== options.path) return '404 Not Found';
  if (!isOriginAllowed(request, options.origins)) return '403 Forbidden';
  if (options.connections() >= options.maxConnections) return '503 Service Unavailable';
  return undefined;
}

/** CORS does not cover WebSockets: without this, any page that a user opens could speak for them. */
function isOriginAllowed({ headers }: IncomingMessage, origins: DoorOptions['origins']): boolean {
  const { origin } = headers;
  // Only browsers send one, and those always do.
  if (origin === undefined || origins === '*' || origins.includes(origin)) return true;
  return URL.parse(origin)?.host === headers.host;
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.once('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
