import { eventually } from '@order-saga/testkit';
import { ordered } from './graphql.ts';
import { newId } from './ids.ts';
import { CUP } from './products.ts';
import { outcomeOf, postOrder } from './rest.ts';
import type { WholeSystem } from './system.ts';

/** An order of one piece: how it is paid, and what must become of it whatever happens meanwhile. */
export interface Kind {
  readonly method: string;
  readonly product: string;
  readonly ends: 'approved' | 'cancelled';
}

const MIX: readonly Kind[] = [
  { method: 'test_approve', product: CUP, ends: 'approved' },
  { method: 'credit_card', product: CUP, ends: 'approved' },
  { method: 'test_late', product: CUP, ends: 'approved' },
  { method: 'test_decline', product: CUP, ends: 'cancelled' },
  { method: 'test_approve', product: CUP, ends: 'approved' },
];

const AT_ONCE = 10;

/**
 * Many clients who place orders of one piece. Each repeats its request with the same idempotency key until it is
 * acknowledged, as every client that wants its order should.
 */
export class Crowd {
  /** What clients were answered instead of an acknowledgement: a lost connection, or 503. */
  readonly faults: string[] = [];
  readonly #system: WholeSystem;
  readonly #door: 'REST' | 'GraphQL';
  readonly #kinds: readonly Kind[];
  readonly #acknowledged = new Map<string, Kind['ends']>();

  constructor(system: WholeSystem, door: 'REST' | 'GraphQL' = 'REST', kinds = MIX) {
    this.#system = system;
    this.#door = door;
    this.#kinds = kinds;
  }

  async place(count: number): Promise<void> {
    let next = 0;
    const client = async () => {
      while (next < count) {
        const kind = this.#kinds[next++ % this.#kinds.length] as Kind;
        this.#acknowledged.set(await this.#insist(kind, newId()), kind.ends);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
  }

  async until(count: number): Promise<void> {
    await eventually(() => this.#acknowledged.size >= count, {
      describe: `${count} acknowledged orders`,
      intervalMs: 2,
      timeoutMs: 30_000,
    });
  }

  /** The orders that did not end as they must; every one that was acknowledged is asked for. */
  async disappointed(): Promise<readonly string[]> {
    const ended = await Promise.all(
      [...this.#acknowledged].map(async ([id, ends]) => {
        const { status, failure_code } = await outcomeOf(this.#system, id);
        return status === ends ? [] : [`${id} ended ${status} (${failure_code}), not ${ends}`];
      }),
    );
    return ended.flat();
  }

  /** Ids of the orders that are acknowledged. */
  get acknowledged(): readonly string[] {
    return [...this.#acknowledged.keys()];
  }

  async #insist(kind: Kind, key: string): Promise<string> {
    const customer = newId();
    return eventually(
      async () => {
        try {
          return await (this.#door === 'REST' ? this.#byRest : this.#byGraphql)(kind, key, customer);
        } catch (error) {
          this.faults.push(faultOf(error));
          throw error;
        }
      },
      { describe: `an acknowledgement of ${key}`, intervalMs: 50, timeoutMs: 60_000 },
    );
  }

  readonly #byRest = async ({ method, product }: Kind, key: string, customer: string): Promise<string> => {
    const order = { customer_id: customer, product_id: product, quantity: 1, total_amount: 14.99 };
    const { status, body } = await postOrder(this.#system, { ...order, payment_method: method }, key);
    if (status === 200) return String(body.order_id);
    throw new Error(`${status} ${JSON.stringify(body)}`);
  };

  readonly #byGraphql = async ({ method, product }: Kind, key: string, customer: string): Promise<string> => {
    const order = await ordered(this.#system, {
      idempotencyKey: key,
      customerId: customer,
      lines: [{ productId: product, quantity: 1 }],
      paymentMethod: method.toUpperCase(),
    });
    return order.id;
  };
}

/** `fetch failed` says nothing; its cause does. */
function faultOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { code?: string } };
  return cause?.code ?? message;
}
