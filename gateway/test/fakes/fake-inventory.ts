import type { InventoryHandlers, ProductView } from '@order-saga/contracts';
import { operationsStub } from './operations-stub.ts';

export const BOOK = '11111111-1111-1111-1111-111111111111';
export const LAMP = '22222222-2222-2222-2222-222222222222';
export const UNKNOWN_PRODUCT = '99999999-9999-9999-9999-999999999999';

const product = (id: string, name: string, usd: number, more: ProductView['prices'] = []): ProductView => ({
  id,
  name,
  prices: [{ currency: 'USD', minor: usd }, ...more],
  available: 100,
  reserved: 0,
  sold: 0,
});

/** An inventory service in memory. It counts its calls. */
export class FakeInventory implements InventoryHandlers {
  readonly deadLetters = operationsStub.deadLetters;
  readonly inbox = operationsStub.inbox;
  readonly outbox = operationsStub.outbox;
  readonly calls: Record<string, number> = {};
  fault: Error | undefined;
  #silence: Promise<void> | undefined;
  readonly stock = new Map<string, ProductView>(
    [product(BOOK, 'Book', 1_250, [{ currency: 'JPY', minor: 1_800 }]), product(LAMP, 'Lamp', 9_990)].map(
      (it) => [it.id, it],
    ),
  );

  readonly products: InventoryHandlers['products'] = {
    byIds: async (ids) => {
      this.#count('byIds');
      await this.#silence;
      return ids.map((id) => this.stock.get(id) ?? null);
    },
    list: async ({ limit, ids }) => {
      this.#count('list');
      const asked = [...this.stock.values()].filter(({ id }) => ids === undefined || ids.includes(id));
      return { items: asked.slice(0, limit), nextCursor: null };
    },
  };

  readonly inventory: InventoryHandlers['inventory'] = {
    restock: async ({ productId }) => ({ productId, available: 0 }),
  };

  readonly reservations: InventoryHandlers['reservations'] = { byOrder: async () => null };

  reprice(id: string, usd: number): void {
    const found = this.stock.get(id);
    if (found !== undefined) this.stock.set(id, { ...found, prices: [{ currency: 'USD', minor: usd }] });
  }

  /** Takes every question from now on, and answers none. */
  fallSilent(): void {
    this.#silence = new Promise(() => undefined);
  }

  #count(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    if (this.fault !== undefined) throw this.fault;
  }
}
