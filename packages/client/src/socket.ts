import { CloseCode, createClient } from 'graphql-ws/client';
import { GatewayError, gatewayErrorOf, networkError, type WireError } from './gateway-error.ts';
import type { TypedDocumentString } from './generated/operations.ts';

export interface SocketOptions {
  readonly url: string;
  readonly authorization: () => Promise<string | undefined>;
  readonly onOpen: () => void;
  readonly onLost: () => void;
}

export interface Socket {
  /** Ends when the server completes the stream. Throws a `GatewayError` when it breaks; it does not resume by itself. */
  stream<Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Data, void>;
  close(): Promise<void>;
}

/** A server that is silent for so long is gone, whatever the network says. */
const PING_AFTER_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** The next stream often follows at once: then the socket is still there. A program that ends waits for it, so not long. */
const KEEP_IDLE_MS = 500;

/** All streams of a client share one socket, which is there while there are streams. */
export function openSocket(options: SocketOptions): Socket {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: options.url.replace(/^http/, 'ws'),
    lazyCloseTimeout: KEEP_IDLE_MS,
    // Its own retries would subscribe with the version that was last seen long ago.
    retryAttempts: 0,
    keepAlive: PING_AFTER_MS,
    connectionAckWaitTimeout: PONG_WITHIN_MS,
    connectionParams: async () => {
      const authorization = await options.authorization();
      return authorization === undefined ? {} : { authorization };
    },
    on: {
      connected: options.onOpen,
      ping(isReceived) {
        if (!isReceived) silence = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong(isReceived) {
        if (isReceived) clearTimeout(silence);
      },
      closed(event) {
        clearTimeout(silence);
        if (codeOf(event) !== 1000) options.onLost();
      },
    },
  });

  return {
    async *stream<Data, Variables extends object>(
      document: TypedDocumentString<Data, Variables>,
      variables: Variables,
      signal: AbortSignal | undefined,
    ) {
      signal?.throwIfAborted();
      const results = socket.iterate<Data>({
        query: String(document),
        variables: variables as Record<string, unknown>,
      });
      const abort = () => void results.return?.();
      signal?.addEventListener('abort', abort);
      try {
        for await (const { data, errors } of results) {
          if (errors !== undefined && errors.length > 0) throw gatewayErrorOf(errors[0] as WireError);
          if (data != null) yield data;
        }
        signal?.throwIfAborted();
      } catch (error) {
        throw faultOf(error);
      } finally {
        signal?.removeEventListener('abort', abort);
        void results.return?.();
      }
    },
    async close() {
      await socket.dispose();
    },
  };
}

/** graphql-ws throws the errors before a stream as a list, and everything else as the socket's own event. */
function faultOf(error: unknown): unknown {
  if (error instanceof GatewayError) return error;
  if (Array.isArray(error)) return gatewayErrorOf(error[0] as WireError);
  const code = codeOf(error);
  if (code === CloseCode.Unauthorized || code === CloseCode.Forbidden) {
    return new GatewayError('UNAUTHENTICATED', 'the gateway does not take this token', { cause: error });
  }
  if (code === CloseCode.BadRequest || code === CloseCode.SubprotocolNotAcceptable) {
    return new GatewayError('BAD_REQUEST', 'the gateway does not speak as this client does', {
      cause: error,
    });
  }
  if (code !== undefined || isEvent(error)) {
    return networkError(`the connection was lost${code === undefined ? '' : ` (${code})`}`, error);
  }
  return error;
}

const codeOf = (event: unknown): number | undefined => {
  const code = (event as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
};

const isEvent = (error: unknown): boolean => typeof Event !== 'undefined' && error instanceof Event;
