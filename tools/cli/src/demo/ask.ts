import {
  createGatewayClient,
  type GatewayClient,
  isGatewayError,
  type OrderDetailsFragment,
  OrderDocument,
  OrderRefusedError,
  type OrderToPlace,
  type ProductPartsFragment,
  ProductsDocument,
  placeOrder,
} from '@order-saga/client';
import { CliError } from '../system/cli-error.ts';

/** The public doors of a running system: GraphQL at the gateway, and the seed's REST. */
export interface Doors {
  readonly gateway: string;
  readonly order: string;
}

export type Product = ProductPartsFragment;
export type Money = Product['prices'][number];
export type OrderNow = OrderDetailsFragment;

const PATIENCE_MS = 15_000;
/** Whoever watches the demo wants to see a fault, not to wait for its end. */
const ATTEMPTS = 2;

export const clientOf = ({ gateway }: Doors): GatewayClient =>
  createGatewayClient({ url: `${gateway}/graphql`, timeoutMs: PATIENCE_MS });

export async function products(client: GatewayClient): Promise<Product[]> {
  const { data } = await client.ask(ProductsDocument, { first: 100 }).catch(reject);
  return data.products.edges.map(({ node }) => node);
}

export const createOrder = (client: GatewayClient, order: OrderToPlace): Promise<OrderNow> =>
  placeOrder(client, order, { attempts: ATTEMPTS }).catch(reject);

export async function readOrder(client: GatewayClient, id: string): Promise<OrderNow> {
  const { data } = await client.ask(OrderDocument, { id }).catch(reject);
  if (data.order !== null) return data.order;
  throw unexpected(`order ${id} was accepted, and is not there`);
}

/** `POST /orders`: the client names the total. Answers the order's id. */
export async function postOrder(doors: Doors, body: Record<string, unknown>): Promise<string> {
  const url = `${doors.order}/orders`;
  const answer = (await post(url, body)) as { order_id?: string };
  if (answer.order_id !== undefined) return answer.order_id;
  throw unexpected(`${url} answered ${JSON.stringify(answer)}`);
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

function reject(error: unknown): never {
  if (error instanceof OrderRefusedError) throw unexpected(`the order was refused: ${error.message}`);
  if (!isGatewayError(error)) throw error;
  if (error.code === 'NETWORK') throw unexpected(`${error.message}: see npm run status`);
  throw unexpected(`the gateway answered ${error.code}: ${error.message}`);
}

export const unexpected = (message: string): CliError => new CliError('DEMO_FAILED', message);
