import { eventually } from '@order-saga/testkit';
import { ordered } from './graphql.ts';
import { newId } from './ids.ts';
import { CUP } from './products.ts';
import { outcomeOf, postOrder } from './rest.ts';
import type { WholeSystem } from './system.ts';

/** How an order of a crowd is paid, and what must become of it whatever happens meanwhile. */
const MIX = [
  { method: 'test_approve', ends: 'approved' },
  { method: 'credit_card', ends: 'approved' },
  { method: 'test_late', ends: 'approved' },
  { method: 'test_decline', ends: 'cancelled' },
  { method: 'test_approve', ends: 'approved' },
] as const;

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
  readonly #acknowledged = new Map<string, (typeof MIX)[number]['ends']>();

  constructor(system: WholeSystem, door: 'REST' | 'GraphQL' = 'REST') {
    this.#system = system;
    this.#door = door;
  }

  async place(count: number): Promise<void> {
    let next = 0;
    const client = async () => {
      while (next < count) {
        const { method, ends } = MIX[next++ % MIX.length] ?? MIX[0];
        this.#acknowledged.set(await this.#insist(method, newId()), ends);
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

  async #insist(method: string, key: string): Promise<string> {
    const customer = newId();
    return eventually(
      async () => {
        try {
          return await (this.#door === 'REST' ? this.#byRest : this.#byGraphql)(method, key, customer);
        } catch (error) {
          this.faults.push(faultOf(error));
          throw error;
        }
      },
      { describe: `an acknowledgement of ${key}`, intervalMs: 50, timeoutMs: 60_000 },
    );
  }

  readonly #byRest = async (method: string, key: string, customer: string): Promise<string> => {
    const order = { customer_id: customer, product_id: CUP, quantity: 1, total_amount: 14.99 };
    const { status, body } = await postOrder(this.#system, { ...order, payment_method: method }, key);
    if (status === 200) return String(body.order_id);
    throw new Error(`${status} ${JSON.stringify(body)}`);
  };

  readonly #byGraphql = async (method: string, key: string, customer: string): Promise<string> => {
    const order = await ordered(this.#system, {
      idempotencyKey: key,
      customerId: customer,
      lines: [{ productId: CUP, quantity: 1 }],
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
