import type { ProductView } from '@order-saga/contracts';
import DataLoader from 'dataloader';
import { BoundedMap } from '../pipeline/bounded-map.ts';
import type { Services } from './services.ts';

export interface PricesOptions {
  readonly products: Services['products'];
  /** How old a price may be that an order is made with. */
  readonly maxAgeMs: number;
  readonly monotonic: () => number;
}

const MAX_PRODUCTS = 10_000;
const IDS_PER_CALL = 100;

/**
 * Products with their prices, for placing orders: a price at most `maxAgeMs` old saves a hop on the hot path. Only what
 * exists is remembered, and a caller that would refuse an order for a price asks again with `fresh`.
 */
export class Prices {
  readonly #options: PricesOptions;
  readonly #known = new BoundedMap<string, { readonly product: ProductView; readonly until: number }>(
    MAX_PRODUCTS,
  );
  readonly #loader: DataLoader<string, ProductView | null>;

  constructor(options: PricesOptions) {
    this.#options = options;
    // Shared by all requests: those that miss the same product in one tick ask once. It keeps nothing itself.
    this.#loader = new DataLoader((ids) => this.#load(ids), { cache: false, maxBatchSize: IDS_PER_CALL });
  }

  /** In the order of the ids; null where there is none. */
  find(ids: readonly string[], { fresh }: { fresh: boolean }): Promise<(ProductView | null)[]> {
    return Promise.all(ids.map((id) => (fresh ? undefined : this.#remembered(id)) ?? this.#loader.load(id)));
  }

  #remembered(id: string): ProductView | undefined {
    const entry = this.#known.get(id);
    return entry !== undefined && entry.until > this.#options.monotonic() ? entry.product : undefined;
  }

  async #load(ids: readonly string[]): Promise<(ProductView | null)[]> {
    const unique = [...new Set(ids)];
    const found = await this.#options.products.call(undefined, (it, options) =>
      it.products.byIds.query({ ids: unique }, options),
    );
    const until = this.#options.monotonic() + this.#options.maxAgeMs;
    const byId = new Map<string, ProductView>();
    unique.forEach((id, index) => {
      const product = found[index];
      if (!product) return;
      byId.set(id, product);
      this.#known.set(id, { product, until });
    });
    return ids.map((id) => byId.get(id) ?? null);
  }
}
