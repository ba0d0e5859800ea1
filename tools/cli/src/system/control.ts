import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from './cli-error.ts';
import { type ReplicaCounts, readReplicaCounts } from './replicas.ts';
import type { RunningSystem } from './running-system.ts';
import type { ServiceName } from './services.ts';

/** The launcher's own door, on loopback: other commands ask it for what only it can do. */
export interface Control {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_BODY = 10_000;

/** `PUT /replicas` with `payment=3,order=2` as its text and the admin token as bearer; 204 when it is so. */
export async function startControl(
  system: Pick<RunningSystem, 'scale'>,
  adminToken: string,
): Promise<Control> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const expected = error instanceof CliError;
      send(response, expected ? 409 : 500, expected ? error.message : String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isToken(request.headers.authorization, adminToken))
      return send(response, 401, 'the admin token is missing');
    if (request.method !== 'PUT' || request.url !== '/replicas') return send(response, 404, 'PUT /replicas');
    const counts = readReplicaCounts([await textOf(request)]);
    for (const [service, count] of Object.entries(counts)) await system.scale(service as ServiceName, count);
    response.writeHead(204).end();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Asks the launcher behind `url`; what it refuses is thrown with its words. */
export async function askForReplicas(url: string, adminToken: string, counts: ReplicaCounts): Promise<void> {
  const body = Object.entries(counts)
    .map(([service, count]) => `${service}=${count}`)
    .join(',');
  const headers = { authorization: `Bearer ${adminToken}` };
  const answer = await fetch(`${url}/replicas`, { method: 'PUT', headers, body });
  if (answer.ok) return;
  throw new CliError(answer.status === 409 ? 'USAGE' : 'PROCESS_FAILED', await answer.text());
}

function isToken(header: string | undefined, token: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) throw new CliError('USAGE', 'the request is too long');
  }
  return text;
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
