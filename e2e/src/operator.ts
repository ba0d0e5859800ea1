import type { InventoryRouter, OrderRouter, PaymentRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import { stockOf } from './graphql.ts';
import { newId } from './ids.ts';
import type { WholeSystem } from './system.ts';

/** What an operator does, by tRPC with the token that `npm start` made. */
export function operatorOf({ urls, adminToken: token }: WholeSystem) {
  return {
    order: createServiceClient<OrderRouter>({ url: urls.order, token }),
    payment: createServiceClient<PaymentRouter>({ url: urls.payment, token }),
    inventory: createServiceClient<InventoryRouter>({ url: urls.inventory, token }),
  };
}

/** Adds or takes away until exactly `pieces` are available. Nothing else may move the product's stock meanwhile. */
export async function setAvailable(system: WholeSystem, productId: string, pieces: number): Promise<void> {
  const delta = pieces - (await stockOf(system, productId)).available;
  if (delta === 0) return;
  await operatorOf(system).inventory.inventory.restock.mutate({ key: newId(), productId, delta });
}
