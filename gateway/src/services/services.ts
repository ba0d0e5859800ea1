import type { InventoryRouter, OrderRouter, PaymentRouter } from '@order-saga/contracts';
import { type Clock, createServiceClient } from '@order-saga/service-kit';
import type { TRPCClient } from '@trpc/client';
import { type CallOutcome, Peer, type PeerName } from './peer.ts';
import { Replicas } from './replicas.ts';

export interface Services {
  readonly orders: Peer<TRPCClient<OrderRouter>>;
  readonly payments: Peer<TRPCClient<PaymentRouter>>;
  readonly products: Peer<TRPCClient<InventoryRouter>>;
}

export interface ServicesOptions {
  readonly orders: readonly string[];
  readonly payments: readonly string[];
  readonly products: readonly string[];
  readonly token: string;
  readonly timeoutMs: number;
  /** How long a call of the order service waits for it while it is being started again. */
  readonly restartMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: () => number;
  readonly onCall: (name: PeerName, outcome: CallOutcome) => void;
  readonly onRetry: (name: PeerName) => void;
}

export function connectServices(options: ServicesOptions): Services {
  const { token, onCall } = options;
  const spread = (name: PeerName, patienceMs: number) => {
    const replicas = new Replicas({
      addresses: options[name],
      timeoutMs: options.timeoutMs,
      patienceMs,
      monotonic: options.clock.monotonic,
      random: options.random,
      onRetry: () => options.onRetry(name),
    });
    // `url` only completes the path; which replica is called is decided for each request.
    return { url: `http://${name}`, token, fetch: replicas.fetch };
  };
  // Without orders there is nothing to answer: a client would rather wait for a restart than be told of it.
  const orders = createServiceClient<OrderRouter>(spread('orders', options.restartMs));
  const payments = createServiceClient<PaymentRouter>(spread('payments', 0));
  const products = createServiceClient<InventoryRouter>(spread('products', 0));
  return {
    orders: new Peer({ name: 'orders', client: orders, onCall }),
    payments: new Peer({ name: 'payments', client: payments, onCall }),
    products: new Peer({ name: 'products', client: products, onCall }),
  };
}
