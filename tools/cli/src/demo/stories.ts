import type { GatewayClient, OrderToPlace } from '@order-saga/client';
import { createOrder, type Doors, type Money, type OrderNow, type Product, postOrder } from './ask.ts';

/** An order that is placed, and what is promised of it. */
export interface Story {
  readonly title: string;
  readonly total: Money;
  /** Answers the order's id. */
  place(): Promise<string>;
  readonly promise: Ending;
}

/** How it ends: the order's status, and the money that was captured and given back. */
export interface Ending {
  readonly status: OrderNow['status'];
  readonly captured: string;
  readonly refunded: string;
  /** Why it was cancelled. */
  readonly failure: string | null;
}

/** No product has it. */
const UNKNOWN_PRODUCT = '99999999-9999-9999-9999-999999999999';
const CUSTOMER = '550e8400-e29b-41d4-a716-446655440000';

/** The three ways that an order ends; the first one is sent twice. `key`: new in each run. */
export function stories(
  client: GatewayClient,
  doors: Doors,
  product: Product,
  price: Money,
  key: string,
): readonly Story[] {
  const input = {
    lines: [{ productId: product.id, quantity: 1 }],
    expectedTotal: price,
    customerId: CUSTOMER,
  };
  const zero = '0.00';
  return [
    {
      title: `Approved: one ${product.name}, paid by a card that is good`,
      total: price,
      place: async () => (await createOrder(client, firstOrder(input, key))).id,
      promise: { status: 'APPROVED', captured: price.amount, refunded: zero, failure: null },
    },
    {
      title: `Declined: one ${product.name}, paid by a card that is not (TEST_DECLINE)`,
      total: price,
      place: async () =>
        (
          await createOrder(client, {
            ...input,
            idempotencyKey: `${key}-declined`,
            paymentMethod: 'TEST_DECLINE',
          })
        ).id,
      promise: { status: 'CANCELLED', captured: zero, refunded: zero, failure: 'PAYMENT_DECLINED' },
    },
    {
      title: 'Refunded: a product that nobody knows, by the REST door, which takes the client at its word',
      total: { amount: '99.99', currencyCode: 'USD' },
      place: () =>
        postOrder(doors, {
          customer_id: CUSTOMER,
          product_id: UNKNOWN_PRODUCT,
          quantity: 1,
          total_amount: 99.99,
          payment_method: 'test_approve',
        }),
      promise: {
        status: 'CANCELLED',
        captured: '99.99',
        refunded: '99.99',
        failure: 'PRODUCT_NOT_FOUND',
      },
    },
  ];
}

/** The same key and the same order: whoever sends it again gets the order that it made. */
export const placeFirstAgain = (
  client: GatewayClient,
  product: Product,
  price: Money,
  key: string,
): Promise<OrderNow> =>
  createOrder(
    client,
    firstOrder(
      { lines: [{ productId: product.id, quantity: 1 }], expectedTotal: price, customerId: CUSTOMER },
      key,
    ),
  );

const firstOrder = (input: OrderToPlace, key: string): OrderToPlace => ({
  ...input,
  idempotencyKey: key,
  paymentMethod: 'TEST_APPROVE',
});

/** What the order says now that was promised otherwise; empty when the promise was kept. */
export function brokenPromises(order: OrderNow, promised: Story['promise']): string[] {
  const captured = order.payment?.captured.amount ?? '0.00';
  const refunded = order.payment?.refunded.amount ?? '0.00';
  return [
    ...differs('status', order.status, promised.status),
    ...differs('captured', captured, promised.captured),
    ...differs('given back', refunded, promised.refunded),
    ...differs('reason', order.failure?.code ?? null, promised.failure),
  ];
}

const differs = (what: string, is: string | null, promised: string | null): string[] =>
  is === promised ? [] : [`${what} is ${is ?? 'none'}, promised was ${promised ?? 'none'}`];
