import { setTimeout as delay } from 'node:timers/promises';
import type { ProductView } from '@order-saga/contracts';
import DataLoader from 'dataloader';
import { BoundedMap } from '../pipeline/bounded-map.ts';
import type { Services } from './services.ts';

export interface PricesOptions {
  readonly products: Services['products'];
  /** How old a price may be that an order is made with. */
  readonly maxAgeMs: number;
  /** How old it may be while nobody can be asked for a newer one. */
  readonly maxAgeInOutageMs: number;
  readonly monotonic: () => number;
}

const MAX_PRODUCTS = 10_000;
const IDS_PER_CALL = 100;
/** An order waits no longer for a newer price when there is one to sell at. */
const PATIENCE_MS = 300;

interface Known {
  readonly product: ProductView;
  readonly readAt: number;
  /** Until then nobody asks again. */
  until: number;
}

/**
 * Products with their prices, for placing orders: a price at most `maxAgeMs` old saves a hop on the hot path, and an
 * older one keeps orders coming in while the inventory service is away. Only what exists is remembered, and a caller
 * that would refuse an order for a price asks again with `fresh`.
 */
export class Prices {
  readonly #options: PricesOptions;
  readonly #known = new BoundedMap<string, Known>(MAX_PRODUCTS);
  readonly #loader: DataLoader<string, ProductView | null>;

  constructor(options: PricesOptions) {
    this.#options = options;
    // Shared by all requests: those that miss the same product in one tick ask once. It keeps nothing itself.
    this.#loader = new DataLoader((ids) => this.#load(ids), { cache: false, maxBatchSize: IDS_PER_CALL });
  }

  /** In the order of the ids; null where there is none. */
  find(ids: readonly string[], { fresh }: { fresh: boolean }): Promise<(ProductView | null)[]> {
    return Promise.all(ids.map((id) => (fresh ? this.#loader.load(id) : this.#remembered(id))));
  }

  #remembered(id: string): ProductView | null | Promise<ProductView | null> {
    const { maxAgeInOutageMs, monotonic } = this.#options;
    const now = monotonic();
    const known = this.#known.get(id);
    if (known !== undefined && known.until > now) return known.product;
    const newer = this.#loader.load(id);
    return known === undefined || known.readAt + maxAgeInOutageMs <= now
      ? newer
      : this.#unlessAway(newer, known);
  }

  async #unlessAway(newer: Promise<ProductView | null>, known: Known): Promise<ProductView | null> {
    const { maxAgeMs, monotonic } = this.#options;
    const settled = new AbortController();
    const answer = newer.then(
      (product) => ({ product }),
      () => null,
    );
    const late = delay(PATIENCE_MS, null, { signal: settled.signal }).catch(() => null);
    const first = await Promise.race([answer, late]);
    settled.abort();
    if (first !== null) return first.product;
    known.until = monotonic() + maxAgeMs;
    return known.product;
  }

  async #load(ids: readonly string[]): Promise<(ProductView | null)[]> {
    const unique = [...new Set(ids)];
    const found = await this.#options.products.call(undefined, (it, options) =>
      it.products.byIds.query({ ids: unique }, options),
    );
    const readAt = this.#options.monotonic();
    const byId = new Map<string, ProductView>();
    unique.forEach((id, index) => {
      const product = found[index];
      if (product) {
        byId.set(id, product);
        this.#known.set(id, { product, readAt, until: readAt + this.#options.maxAgeMs });
      } else this.#known.delete(id);
    });
    return ids.map((id) => byId.get(id) ?? null);
  }
}
