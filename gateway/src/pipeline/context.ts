import type { Log } from '@order-saga/service-kit';
import type { Principal } from '../auth/principal.ts';
import type { OrderFeed } from '../order-feed/order-feed.ts';
import type { SagaFeed } from '../saga-feed/feed.ts';
import { createLoaders, type Loaders } from '../services/loaders.ts';
import type { CallOptions } from '../services/peer.ts';
import type { Prices } from '../services/prices.ts';
import type { RemoteSagaHistory } from '../services/saga-history.ts';
import type { Services } from '../services/services.ts';

/** What all requests share. */
export interface SharedParts {
  readonly services: Services;
  readonly prices: Prices;
  readonly history: RemoteSagaHistory;
  readonly feed: SagaFeed;
  readonly orderFeed: OrderFeed;
  readonly log: Log;
  readonly newId: () => string;
}

type OrdersClient = Parameters<Parameters<Services['orders']['call']>[1]>[0];
type ProductsClient = Parameters<Parameters<Services['products']['call']>[1]>[0];

/**
 * One operation of one caller, whatever transport brought it. Made anew for each, so that nothing is read twice or kept.
 * Its fields are not `#private`, because Apollo copies the context and would lose them.
 */
export class RequestContext {
  readonly principal: Principal;
  private readonly shared: SharedParts;
  private ownTraceparent: string | undefined;
  private ownLoaders: Loaders | undefined;

  constructor(shared: SharedParts, caller: { principal: Principal; traceparent: string | undefined }) {
    this.shared = shared;
    this.ownTraceparent = caller.traceparent;
    this.principal = caller.principal;
  }

  /** W3C Trace Context: the caller's, or one that begins here. */
  get traceparent(): string {
    this.ownTraceparent ??= `00-${this.hexId()}-${this.hexId().slice(16)}-01`;
    return this.ownTraceparent;
  }

  /** What a client may quote to us, and the logs of all services know. */
  get traceId(): string {
    return this.traceparent.slice(3, 35);
  }

  get loaders(): Loaders {
    this.ownLoaders ??= createLoaders(this.shared.services, this.traceparent);
    return this.ownLoaders;
  }

  get prices(): Prices {
    return this.shared.prices;
  }

  get history(): RemoteSagaHistory {
    return this.shared.history;
  }

  get feed(): SagaFeed {
    return this.shared.feed;
  }

  get orderFeed(): OrderFeed {
    return this.shared.orderFeed;
  }

  /** For a stream, whose operation goes on: what was read for one update is old at the next. */
  forgetLoaded(): void {
    this.ownLoaders = undefined;
  }

  newId(): string {
    return this.shared.newId();
  }

  orders<Answer>(run: (client: OrdersClient, options: CallOptions) => Promise<Answer>): Promise<Answer> {
    return this.shared.services.orders.call(this.traceparent, run);
  }

  products<Answer>(run: (client: ProductsClient, options: CallOptions) => Promise<Answer>): Promise<Answer> {
    return this.shared.services.products.call(this.traceparent, run);
  }

  private hexId(): string {
    return this.shared.newId().replaceAll('-', '');
  }
}
