import type { InventoryRouter, OrderRouter, PaymentRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import type { TRPCClient } from '@trpc/client';
import { type CallOutcome, Peer, type PeerName } from './peer.ts';

export interface Services {
  readonly orders: Peer<TRPCClient<OrderRouter>>;
  readonly payments: Peer<TRPCClient<PaymentRouter>>;
  readonly products: Peer<TRPCClient<InventoryRouter>>;
}

export interface ServicesOptions {
  readonly ordersUrl: string;
  readonly paymentsUrl: string;
  readonly productsUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly onCall: (name: PeerName, outcome: CallOutcome) => void;
}

export function connectServices(options: ServicesOptions): Services {
  const { token, timeoutMs, onCall } = options;
  return {
    orders: new Peer({
      name: 'orders',
      client: createServiceClient<OrderRouter>({ url: options.ordersUrl, token, timeoutMs }),
      onCall,
    }),
    payments: new Peer({
      name: 'payments',
      client: createServiceClient<PaymentRouter>({ url: options.paymentsUrl, token, timeoutMs }),
      onCall,
    }),
    products: new Peer({
      name: 'products',
      client: createServiceClient<InventoryRouter>({ url: options.productsUrl, token, timeoutMs }),
      onCall,
    }),
  };
}
