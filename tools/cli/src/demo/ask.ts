import { CliError } from '../system/cli-error.ts';

/** The public doors of a running system: GraphQL at the gateway, and the seed's REST. */
export interface Doors {
  readonly gateway: string;
  readonly order: string;
}

export interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly prices: readonly Money[];
  readonly stock: { readonly available: number; readonly reserved: number; readonly sold: number };
}

export interface OrderNow {
  readonly id: string;
  readonly status: 'PENDING' | 'CREATED' | 'APPROVED' | 'CANCELLED';
  readonly version: number;
  readonly total: Money;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly payment: { readonly captured: Money; readonly refunded: Money } | null;
}

const PATIENCE_MS = 15_000;

const ORDER = `id status version total { amount currencyCode } failure { code message }
  payment { captured { amount currencyCode } refunded { amount currencyCode } }`;
const PRODUCTS = `{ products(first: 100) { edges { node { id name prices { amount currencyCode }
  stock { available reserved sold } } } } }`;
const CREATE = `mutation Create($input: CreateOrderInput!) {
  createOrder(input: $input) { order { ${ORDER} } userErrors { code message } } }`;
const READ = `query Read($id: ID!) { order(id: $id) { ${ORDER} } }`;

export async function products(doors: Doors): Promise<Product[]> {
  const data = await ask<{ products: { edges: { node: Product }[] } }>(doors, PRODUCTS);
  return data.products.edges.map(({ node }) => node);
}

export async function createOrder(doors: Doors, input: Record<string, unknown>): Promise<OrderNow> {
  const { createOrder: payload } = await ask<{
    createOrder: { order: OrderNow | null; userErrors: { code: string; message: string }[] };
  }>(doors, CREATE, { input });
  if (payload.order !== null) return payload.order;
  throw unexpected(`the order was refused: ${payload.userErrors.map(({ message }) => message).join('; ')}`);
}

export async function readOrder(doors: Doors, id: string): Promise<OrderNow> {
  const { order } = await ask<{ order: OrderNow | null }>(doors, READ, { id });
  if (order !== null) return order;
  throw unexpected(`order ${id} was accepted, and is not there`);
}

/** `POST /orders`: the client names the total. Answers the order's id. */
export async function postOrder(doors: Doors, body: Record<string, unknown>): Promise<string> {
  const url = `${doors.order}/orders`;
  const answer = (await post(url, body)) as { order_id?: string };
  if (answer.order_id !== undefined) return answer.order_id;
  throw unexpected(`${url} answered ${JSON.stringify(answer)}`);
}

async function ask<Data>(
  { gateway }: Doors,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const url = `${gateway}/graphql`;
  const answer = (await post(url, { query, variables })) as { data?: Data; errors?: { message: string }[] };
  if (answer.errors === undefined && answer.data) return answer.data;
  throw unexpected(`${url} answered ${answer.errors?.map(({ message }) => message).join('; ') ?? 'no data'}`);
}

async function post(url: string, body: object): Promise<unknown> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return await answer.json();
  } catch (error) {
    throw unexpected(`${url} does not answer (${(error as Error).message}): see npm run status`);
  }
}

const unexpected = (message: string): CliError => new CliError('DEMO_FAILED', message);
