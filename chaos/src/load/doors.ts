import { Pool } from 'undici';
import { Slots } from './slots.ts';

/** The HTTP doors as clients use them. Every failure has a short kind, which the report counts. */
export class DoorError extends Error {
  readonly kind: string;
  readonly retryAfterMs: number | null;

  constructor(kind: string, retryAfterMs: number | null = null) {
    super(kind);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface GraphqlPayload {
  readonly order: { readonly id: string; readonly version: number; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const CREATE = `mutation Create($input: CreateOrderInput!) {
  createOrder(input: $input) { order { id status version } userErrors { code } } }`;
const CANCEL = `mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { id status version } userErrors { code } } }`;
const READ = 'query Read($id: ID!) { order(id: $id) { id status version } }';

const CONNECTIONS = 512;
const PATIENCE_MS = 10_000;

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterS?: number };
}

export class Doors {
  readonly #gateway: Pool;
  readonly #rest: Pool;
  readonly #slots = new Slots(CONNECTIONS);

  constructor(urls: { readonly gateway: string; readonly order: string }) {
    this.#gateway = new Pool(urls.gateway, { connections: CONNECTIONS });
    this.#rest = new Pool(urls.order, { connections: CONNECTIONS });
  }

  async create(input: Record<string, unknown>): Promise<GraphqlPayload> {
    return (await this.#ask<{ createOrder: GraphqlPayload }>(CREATE, { input })).createOrder;
  }

  async cancel(input: Record<string, unknown>): Promise<GraphqlPayload> {
    return (await this.#ask<{ cancelOrder: GraphqlPayload }>(CANCEL, { input })).cancelOrder;
  }

  async read(id: string): Promise<GraphqlPayload['order']> {
    return (await this.#ask<{ order: GraphqlPayload['order'] }>(READ, { id })).order;
  }

  async createOverRest(order: unknown, key: string): Promise<string> {
    const headers = { 'idempotency-key': key };
    const { statusCode, body } = await this.#slots.use(() => post(this.#rest, '/orders', order, headers));
    const { order_id } = body as { order_id?: string };
    if (statusCode === 200 && order_id !== undefined) return order_id;
    throw new DoorError(`REST ${statusCode}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#gateway.destroy(), this.#rest.destroy()]);
  }

  async #ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const { statusCode, body } = await this.#slots.use(() =>
      post(this.#gateway, '/graphql', { query, variables }),
    );
    const { data, errors } = body as { data?: Data | null; errors?: readonly GraphqlError[] };
    const [error] = errors ?? [];
    if (error !== undefined) {
      const { code = error.message, retryAfterS } = error.extensions ?? {};
      throw new DoorError(code, retryAfterS === undefined ? null : retryAfterS * 1_000);
    }
    if (data === undefined || data === null) throw new DoorError(`GraphQL ${statusCode}`);
    return data;
  }
}

async function post(pool: Pool, path: string, body: unknown, headers: Record<string, string> = {}) {
  try {
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.body.text();
    return { statusCode: answer.statusCode, body: parse(text) };
  } catch (error) {
    if (error instanceof DoorError) throw error;
    const { code, name } = error as { code?: string; name: string };
    throw new DoorError(name === 'TimeoutError' ? 'no answer in 10 s' : (code ?? name));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
