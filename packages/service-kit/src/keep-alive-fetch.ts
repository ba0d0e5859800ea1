import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

export interface KeepAliveFetchOptions {
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  /** Default 64. */
  readonly maxSockets?: number;
  /** A longer answer is refused; default 8 MiB. */
  readonly maxResponseBytes?: number;
}

interface FetchInit {
  method?: string;
  headers?: unknown;
  body?: unknown;
  signal?: AbortSignal | null | undefined;
}

export interface FetchedText {
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

export class PeerUnreachableError extends Error {
  readonly code = 'PEER_UNREACHABLE';
}

/**
 * The part of `fetch` that a tRPC link needs, on Node's own client with connections that stay open. A request that
 * met a connection which the server was just closing is sent once more: every mutation of ours carries a key, so a
 * second one is the same one.
 */
export function keepAliveFetch(options: KeepAliveFetchOptions) {
  const sockets = { keepAlive: true, maxSockets: options.maxSockets ?? 64, scheduling: 'lifo' as const };
  const agents = { 'http:': new Agent(sockets), 'https:': new TlsAgent(sockets) };

  const send = (url: URL, init: FetchInit): Promise<FetchedText> =>
    new Promise((resolve, reject) => {
      const isTls = url.protocol === 'https:';
      const make = isTls ? httpsRequest : httpRequest;
      const request = make(url, {
        agent: isTls ? agents['https:'] : agents['http:'],
        method: init.method ?? 'GET',
        headers: init.headers as Record<string, string>,
        ...(init.signal ? { signal: init.signal } : {}),
      });
      const timer = setTimeout(() => {
        request.destroy(new PeerUnreachableError(`${url.origin} did not answer in ${options.timeoutMs} ms`));
      }, options.timeoutMs);
      request.once('response', (response) => {
        readText(response, options.maxResponseBytes ?? 8_388_608).then(resolve, reject);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && error.code === 'ECONNRESET';
        reject(isStale ? Object.assign(error, { isStale }) : error);
      });
      request.once('close', () => clearTimeout(timer));
      request.end(init.body as string | undefined);
    });

  const fetchText = async (input: string | URL, init: FetchInit = {}): Promise<FetchedText> => {
    const url = new URL(input);
    try {
      return await send(url, init).catch((error: { isStale?: boolean }) => {
        if (error.isStale !== true) throw error;
        return send(url, init);
      });
    } catch (error) {
      if (error instanceof PeerUnreachableError || init.signal?.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PeerUnreachableError(`${url.origin} cannot be reached: ${reason}`, { cause: error });
    }
  };
  return fetchText;
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<FetchedText> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const status = response.statusCode ?? 0;
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    ok: status >= 200 && status < 300,
    status,
    text: async () => text,
    json: async () => JSON.parse(text),
  };
}
