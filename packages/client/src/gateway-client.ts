import { type Answer, ask } from './ask.ts';
import { type GatewayError, isGatewayError } from './gateway-error.ts';
import type { TypedDocumentString } from './generated/operations.ts';
import { backoffMs } from './pause.ts';
import { openSocket } from './socket.ts';

export interface GatewayClientOptions {
  /** Of the GraphQL endpoint: `https://shop.example/graphql`. In a page `/graphql` will do. */
  readonly url: string;
  /** Asked again for each request and connection, so that it may change. Absent: no Authorization header. */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  /** How long one query or mutation may take; default 10 s. */
  readonly timeoutMs?: number;
  /** How long to wait after so many failures in a row; by default from 0.25 s, doubling, to 10 s. */
  readonly backoffMs?: (failures: number) => number;
  /** For a banner: whether the gateway answers. Called when that changes. */
  readonly onConnection?: (state: 'open' | 'lost') => void;
}

/** A request of the API: typed by its document, thrown `GatewayError`s have a stable code. */
export interface GatewayClient {
  /** A query or mutation. Throws when a field at the root could not be answered; deeper ones are in `problems`. */
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Answer<Data>>;
  /** A subscription, until it completes. Throws when it breaks: `followOrder` is what resumes. */
  stream<Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Data, void>;
  readonly backoffMs: (failures: number) => number;
  /** Ends all streams. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const url = absolute(options.url);
  const authorization = async () => {
    const token = await options.token?.();
    return token === undefined ? undefined : `Bearer ${token}`;
  };
  let state: 'open' | 'lost' = 'open';
  const tell = (now: 'open' | 'lost') => {
    if (now === state) return;
    state = now;
    options.onConnection?.(now);
  };
  const socket = openSocket({
    url,
    authorization,
    onOpen: () => tell('open'),
    onLost: () => tell('lost'),
  });

  return {
    async ask(document, variables, { signal } = {}) {
      try {
        const answer = await ask(document, variables, {
          url,
          authorization: await authorization(),
          timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
          signal,
        });
        tell('open');
        return answer;
      } catch (error) {
        if (isGatewayError(error)) tell(isUnreachable(error) ? 'lost' : 'open');
        throw error;
      }
    },
    stream: (document, variables, { signal } = {}) => socket.stream(document, variables, signal),
    backoffMs: options.backoffMs ?? backoffMs,
    close: () => socket.close(),
  };
}

const isUnreachable = ({ code }: GatewayError): boolean => code === 'NETWORK';

const absolute = (url: string): string =>
  new URL(url, (globalThis as { location?: { href: string } }).location?.href).href;
