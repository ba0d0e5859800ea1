import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AllowedOrigins, isOriginAllowed } from './origin.ts';

export interface DoorOptions {
  readonly path: string;
  readonly origins: AllowedOrigins;
}

/** Why an upgrade is refused, as an HTTP status line; undefined when it may pass. */
export function refusalOfUpgrade(request: IncomingMessage, options: DoorOptions): string | undefined {
  const path = request.url?.split('?', 1)[0];
  if (path !== options.path) return '404 Not Found';
  if (!isOriginAllowed(request.headers, options.origins)) return '403 Forbidden';
  return undefined;
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.once('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
