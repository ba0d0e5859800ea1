import type { GraphQLFormattedError } from 'graphql';
import type { TestGateway } from './gateway-with-fakes.ts';
import { GraphqlEvents } from './graphql-events.ts';
import { GraphqlSocket } from './graphql-socket.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Data = any;

export interface Answer {
  readonly data?: Data;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

export interface Question {
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
  readonly documentId?: string;
}

type Gateway = Pick<TestGateway, 'url' | 'wsUrl'>;
type Headers = Record<string, string>;

/** One way to ask the gateway a question. */
export interface Transport {
  readonly name: string;
  ask(gateway: Gateway, question: Question, headers?: Headers): Promise<Answer>;
}

/** One that shows what is said besides the answer. */
export interface HttpTransport extends Transport {
  send(gateway: Gateway, question: Question, headers?: Headers): Promise<Response>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const NOT_FORGED = { 'apollo-require-preflight': 'yes' };
const EVENTS = { accept: 'text/event-stream' };

const searchOf = (question: Question): string =>
  new URLSearchParams(
    Object.entries(question).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ).toString();

/** The single result of a stream, or what was answered instead of one. */
async function answerIn(response: Response): Promise<Answer> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return (await response.json()) as Answer;
  }
  await using events = new GraphqlEvents(response);
  const results = await events.rest();
  if (results.length !== 1) throw new Error(`expected one result, found ${JSON.stringify(results)}`);
  return results[0] as Answer;
}

const overHttp = (name: string, send: HttpTransport['send']): HttpTransport => ({
  name,
  send,
  ask: async (...asked) => answerIn(await send(...asked)),
});

const byPost =
  (own: Headers): HttpTransport['send'] =>
  ({ url }, question, headers) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...own, ...headers },
      body: JSON.stringify(question),
    });

const byGet =
  (own: Headers): HttpTransport['send'] =>
  ({ url }, question, headers) =>
    fetch(`${url}/graphql?${searchOf(question)}`, { headers: { ...NOT_FORGED, ...own, ...headers } });

export const POST = overHttp('POST', byPost({}));
export const GET = overHttp('GET', byGet({}));
export const EVENTS_BY_POST = overHttp('event stream by POST', byPost(EVENTS));
export const EVENTS_BY_GET = overHttp('event stream by GET', byGet(EVENTS));

export const WEBSOCKET: Transport = {
  name: 'WebSocket',
  async ask({ wsUrl }, question, headers) {
    await using socket = await GraphqlSocket.connect(wsUrl, headers);
    socket.send({ id: '1', type: 'subscribe', payload: { query: '', ...question } });
    const message = await socket.next('1');
    return message.type === 'error' ? { errors: message.payload } : message.payload;
  },
};

export const OVER_HTTP: readonly HttpTransport[] = [POST, GET, EVENTS_BY_POST, EVENTS_BY_GET];
/** Those that may carry a mutation. */
export const BY_BODY: readonly Transport[] = [POST, WEBSOCKET, EVENTS_BY_POST];
export const TRANSPORTS: readonly Transport[] = [...OVER_HTTP, WEBSOCKET];
