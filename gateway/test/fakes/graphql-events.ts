import type { GraphQLFormattedError } from 'graphql';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Data = any;

export interface EventResult {
  readonly data?: Data;
  readonly errors?: readonly GraphQLFormattedError[];
}

export interface EventsRequest {
  readonly method?: 'POST' | 'GET';
  readonly headers?: Record<string, string>;
  readonly operationName?: string | undefined;
  /** Instead of a body or search made of the operation. */
  readonly body?: string;
}

/** One operation over server-sent events, read event by event and no faster than a test asks for them. */
export class GraphqlEvents implements AsyncDisposable {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string> | undefined;
  #text = '';

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(
    url: string,
    query: string,
    variables?: Record<string, unknown>,
    { method = 'POST', headers = {}, operationName, body }: EventsRequest = {},
  ): Promise<GraphqlEvents> {
    const accept = { accept: 'text/event-stream', ...headers };
    if (method === 'GET') {
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
      if (operationName !== undefined) search.set('operationName', operationName);
      const response = await fetch(`${url}/graphql?${search}`, {
        headers: { 'apollo-require-preflight': 'yes', ...accept },
      });
      return new GraphqlEvents(response);
    }
    const response = await fetch(`${url}/graphql`, {
      method,
      headers: { 'content-type': 'application/json', ...accept },
      body: body ?? JSON.stringify({ query, variables, operationName }),
    });
    return new GraphqlEvents(response);
  }

  /** The next event's name and data; null when the stream ended. Comments are passed over. */
  async event(): Promise<{ name: string; data: string } | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split('\n');
        this.#text = this.#text.slice(end + 2);
        const fieldOf = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const name = fieldOf('event');
        if (name !== undefined) return { name, data: fieldOf('data') ?? '' };
      } else {
        const chunk = await this.#reader?.read();
        if (chunk === undefined || chunk.done) return null;
        this.#text += chunk.value;
      }
    }
  }

  /** The next result; throws when the operation is complete or the stream has ended. */
  async next(): Promise<EventResult> {
    const event = await this.event();
    if (event?.name === 'next') return JSON.parse(event.data);
    throw new Error(`expected a result, found ${event === null ? 'the end of the stream' : event.name}`);
  }

  /** All results until the operation is complete. */
  async rest(): Promise<EventResult[]> {
    const results: EventResult[] = [];
    for (let event = await this.event(); event?.name === 'next'; event = await this.event()) {
      results.push(JSON.parse(event.data));
    }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.cancel();
  }
}
