import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface KeepAliveFetchOptions {
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  /** Default 64. */
  readonly maxSockets?: number;
  /** A longer answer is refused; default 8 MiB. */
  readonly maxResponseBytes?: number;
  /** Connect to this address whatever the URL's name resolves to; certificates are still checked against the name. */
  readonly address?: { readonly address: string; readonly family: number };
}

export interface FetchInit {
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

/** `lost`: there is no connection, or it broke; `silent`: there is one, and no answer came in time. */
export type UnreachableCause = 'lost' | 'silent';

export class PeerUnreachableError extends Error {
  readonly code = 'PEER_UNREACHABLE';
  readonly reason: UnreachableCause;

  constructor(message: string, reason: UnreachableCause, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface KeepAliveFetch {
  (input: string | URL, init?: FetchInit, timeoutMs?: number): Promise<FetchedText>;
  /** Closes idle connections; a request under way is let finish. */
  close(): void;
}

/**
 * The part of `fetch` that a tRPC link needs, on Node's own client with connections that stay open. A request that
 * met a connection which the server was just closing is sent once more: every mutation of ours carries a key, so a
 * second one is the same one.
 */
export function keepAliveFetch(options: KeepAliveFetchOptions): KeepAliveFetch {
  const { address } = options;
  const lookup: LookupFunction | undefined =
    address &&
    ((_name, { all }, answer) => {
      if (all) answer(null, [address]);
      else answer(null, address.address, address.family);
    });
  const sockets = {
    keepAlive: true,
    maxSockets: options.maxSockets ?? 64,
    scheduling: 'lifo' as const,
    ...(lookup ? { lookup } : {}),
  };
  const agents = { 'http:': new Agent(sockets), 'https:': new TlsAgent(sockets) };

  const send = (url: URL, init: FetchInit, timeoutMs: number): Promise<FetchedText> =>
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
        const message = `${url.origin} did not answer in ${timeoutMs} ms`;
        request.destroy(new PeerUnreachableError(message, 'silent'));
      }, timeoutMs);
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

  const fetchText = async (
    input: string | URL,
    init: FetchInit = {},
    timeoutMs = options.timeoutMs,
  ): Promise<FetchedText> => {
    const url = new URL(input);
    try {
      return await send(url, init, timeoutMs).catch((error: { isStale?: boolean }) => {
        if (error.isStale !== true) throw error;
        return send(url, init, timeoutMs);
      });
    } catch (error) {
      if (error instanceof PeerUnreachableError || error instanceof AnswerTooLongError) throw error;
      if (init.signal?.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PeerUnreachableError(`${url.origin} cannot be reached: ${reason}`, 'lost', { cause: error });
    }
  };
  return Object.assign(fetchText, {
    close() {
      const idle = Object.values(agents).flatMap(({ freeSockets }) => Object.values(freeSockets));
      for (const socket of idle.flat()) socket?.destroy();
    },
  });
}

class AnswerTooLongError extends Error {
  readonly code = 'ANSWER_TOO_LONG';
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<FetchedText> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLongError(`the answer is longer than ${maxBytes} bytes`);
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
