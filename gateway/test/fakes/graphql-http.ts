import type { GraphQLFormattedError } from 'graphql';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Data = any;

export interface GraphqlAnswer {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly GraphQLFormattedError[] | undefined;
}

/** A stock client over HTTP. */
export class GraphqlHttp {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(
    query: string,
    variables?: Record<string, unknown>,
    more: { operationName?: string; headers?: Record<string, string> } = {},
  ): Promise<GraphqlAnswer> {
    const { operationName, headers } = more;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const body = (await response.json()) as { data?: Data; errors?: GraphQLFormattedError[] };
    return { status: response.status, data: body.data, errors: body.errors };
  }
}
