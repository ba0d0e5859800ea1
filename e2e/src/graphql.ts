import type { WholeSystem } from './system.ts';

/** GraphQL over HTTP, as any client speaks it. */
export interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

export interface GraphqlOrder {
  readonly id: string;
  readonly status: 'PENDING' | 'CREATED' | 'APPROVED' | 'CANCELLED';
  readonly total: Money;
  readonly version: number;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly payment: {
    readonly status: string;
    readonly captured: Money;
    readonly refunded: Money;
    readonly declineCode: string | null;
  } | null;
  readonly saga: {
    readonly id: string;
    readonly status: string;
    readonly currentStep: string | null;
    readonly steps: readonly { readonly name: string; readonly state: string; readonly attempts: number }[];
  } | null;
}

export interface Payload {
  readonly order: GraphqlOrder | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[] | null;
  }[];
}

const ORDER = `fragment Whole on Order {
  id status version
  total { amount currencyCode }
  lines { productId quantity }
  failure { code message }
  payment { status declineCode captured { amount currencyCode } refunded { amount currencyCode } }
  saga { id status currentStep steps { name state attempts } }
}`;

const CREATE = `mutation Create($input: CreateOrderInput!) {
  createOrder(input: $input) { order { ...Whole } userErrors { code message field } }
} ${ORDER}`;

const CANCEL = `mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { ...Whole } userErrors { code message field } }
} ${ORDER}`;

const READ = `query Read($id: ID!) { order(id: $id) { ...Whole } } ${ORDER}`;

const STOCK = `query Stock($id: ID!) { product(id: $id) { stock { available reserved sold } } }`;

/** The data; throws the errors where there are any. */
export async function ask<Data>(
  system: WholeSystem,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const answer = await fetch(`${system.urls.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  });
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`);
  return data;
}

export async function createOrder(system: WholeSystem, input: Record<string, unknown>): Promise<Payload> {
  return (await ask<{ createOrder: Payload }>(system, CREATE, { input })).createOrder;
}

/** The order that was made of it; throws where there is none. */
export async function ordered(system: WholeSystem, input: Record<string, unknown>): Promise<GraphqlOrder> {
  const { order, userErrors } = await createOrder(system, input);
  if (order === null) throw new Error(`nothing was ordered: ${JSON.stringify(userErrors)}`);
  return order;
}

export async function cancelOrder(system: WholeSystem, orderId: string, reason: string): Promise<Payload> {
  return (await ask<{ cancelOrder: Payload }>(system, CANCEL, { input: { orderId, reason } })).cancelOrder;
}

export async function readOrder(system: WholeSystem, id: string): Promise<GraphqlOrder> {
  const { order } = await ask<{ order: GraphqlOrder | null }>(system, READ, { id });
  if (order === null) throw new Error(`there is no order ${id}`);
  return order;
}

export interface Stock {
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
}

export async function stockOf(system: WholeSystem, productId: string): Promise<Stock> {
  const { product } = await ask<{ product: { stock: Stock } | null }>(system, STOCK, { id: productId });
  if (product === null) throw new Error(`there is no product ${productId}`);
  return product.stock;
}
