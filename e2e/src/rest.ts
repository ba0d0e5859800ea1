import type { WholeSystem } from './system.ts';

/** The REST doors of the order service, as a client of the seed's uses them. */
export interface NewOrder {
  readonly customer_id: string;
  readonly product_id?: string;
  readonly quantity?: number;
  readonly items?: readonly { readonly product_id: string; readonly quantity: number }[];
  readonly total_amount: number | string;
  readonly currency?: string;
  readonly payment_method?: string;
}

export interface Accepted {
  readonly order_id: string;
  readonly saga_id: string;
  readonly status: string;
  readonly message: string;
}

export interface RestOrder {
  readonly order_id: string;
  readonly saga_id: string | null;
  readonly status: 'pending' | 'created' | 'approved' | 'cancelled';
  readonly failure_reason: string | null;
  readonly failure_code: string | null;
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
  readonly total_amount: string;
  readonly currency: string;
  readonly version: number;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function postOrder(system: WholeSystem, order: unknown, key?: string): Promise<RestAnswer> {
  const answer = await fetch(`${system.urls.order}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(order),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export async function place(system: WholeSystem, order: NewOrder, key?: string): Promise<Accepted> {
  const { status, body } = await postOrder(system, order, key);
  if (status !== 200) throw new Error(`the order was answered with ${status}: ${JSON.stringify(body)}`);
  return body as unknown as Accepted;
}

export async function getOrder(system: WholeSystem, id: string, wait?: string): Promise<RestOrder> {
  const query = wait === undefined ? '' : `?wait=${wait}`;
  const answer = await fetch(`${system.urls.order}/orders/${id}${query}`);
  if (answer.status !== 200) {
    throw new Error(`order ${id} was answered with ${answer.status}: ${await answer.text()}`);
  }
  return (await answer.json()) as RestOrder;
}

/** Waits, by the wait of the API itself, until the order is approved or cancelled. */
export async function outcomeOf(system: WholeSystem, id: string, withinMs = 60_000): Promise<RestOrder> {
  const until = performance.now() + withinMs;
  for (;;) {
    const order = await getOrder(system, id, '10s');
    if (order.status === 'approved' || order.status === 'cancelled') return order;
    if (performance.now() > until) {
      throw new Error(`order ${id} has not ended in ${withinMs} ms: ${JSON.stringify(order)}`);
    }
  }
}
