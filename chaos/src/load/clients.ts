import { setTimeout as delay } from 'node:timers/promises';
import type { Observation } from '@order-saga/cli';
import type { Random } from '../schedule/random.ts';
import { DoorError, Doors, type GraphqlPayload } from './doors.ts';
import type { ClientOrder, Errand, Ledger } from './ledger.ts';
import { customerId, type OrderPlan, planOrder } from './order-plan.ts';
import { Streams } from './streams.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
const ASK_EVERY_MS = 150;
const FINAL = new Set(['APPROVED', 'CANCELLED']);
const ENDED = new Set(['Completed', 'Compensated', 'Failed']);

export interface ClientsOptions {
  readonly urls: { readonly gateway: string; readonly order: string };
  readonly ledger: Ledger;
  readonly random: Random;
  readonly newId: () => string;
}

/**
 * Customers at the public doors. Each repeats its request with the same idempotency key until it is answered, as every
 * client that wants its order should; what it was answered meanwhile is counted.
 */
export class Clients {
  readonly #ledger: Ledger;
  readonly #plans: Random;
  readonly #jitter: Random;
  readonly #newId: () => string;
  readonly #doors: Doors;
  readonly #streams: Streams;
  readonly #errands = new Set<Promise<void>>();
  #hasGivenUp = false;
  /** Of the load itself: what it then says of the system is worth nothing. */
  #defect: unknown = null;

  constructor({ urls, ledger, random, newId }: ClientsOptions) {
    this.#ledger = ledger;
    this.#plans = random.fork(1);
    this.#jitter = random.fork(2);
    this.#newId = newId;
    this.#doors = new Doors(urls);
    this.#streams = new Streams({
      gatewayUrl: urls.gateway,
      onBroken: (kind) => ledger.note('follow', kind),
    });
  }

  /** Sends one more customer on its way. */
  send(dueAt: number): void {
    const errand = this.#order(planOrder(this.#plans), dueAt)
      .catch((defect: unknown) => {
        this.#defect ??= defect;
      })
      .finally(() => this.#errands.delete(errand));
    this.#errands.add(errand);
  }

  /** Waits until every customer has what it came for; answers how many still wait when the time is over. */
  async settle(withinMs: number): Promise<number> {
    const until = performance.now() + withinMs;
    while (this.#errands.size > 0 && performance.now() < until) await delay(50);
    if (this.#defect !== null) throw this.#defect;
    return this.#errands.size;
  }

  async close(): Promise<void> {
    this.#hasGivenUp = true;
    await Promise.all([this.#doors.close(), this.#streams.close()]);
    await Promise.all(this.#errands);
  }

  async #order(plan: OrderPlan, dueAt: number): Promise<void> {
    const order: ClientOrder = {
      key: this.#newId(),
      customerId: customerId(plan.customer),
      dueAt,
      ends: plan.ends,
      orderId: null,
      acknowledgedAt: null,
      toldEndAt: null,
    };
    this.#ledger.orders.push(order);
    order.orderId = (await this.#insist('place', () => this.#place(plan, order))) ?? null;
    if (order.orderId === null) return;
    order.acknowledgedAt = performance.now();
    await Promise.all([
      plan.cancelAfterMs === null ? null : this.#cancel(order, order.orderId, plan.cancelAfterMs),
      plan.follow === 'stream' ? this.#follow(order, order.orderId) : null,
      plan.follow === 'answer' ? this.#askAgain(order.orderId) : null,
    ]);
  }

  /** The order's id; null where the order was refused as it had to be. */
  async #place(plan: OrderPlan, order: ClientOrder): Promise<string | null> {
    const { productId, quantity, paymentMethod, ends } = plan;
    if (plan.door === 'REST') {
      const items = [{ product_id: productId, quantity }];
      const method = paymentMethod.toLowerCase();
      const body = { customer_id: order.customerId, items, total_amount: '9.99', payment_method: method };
      return this.#doors.createOverRest(body, order.key);
    }
    const answer = await this.#doors.create({
      idempotencyKey: order.key,
      customerId: order.customerId,
      lines: [{ productId, quantity }],
      paymentMethod,
    });
    const refusal = answer.userErrors[0]?.code;
    if (refusal === 'PRODUCT_UNKNOWN' && ends === 'refused') return null;
    return idOf(answer);
  }

  async #cancel(order: ClientOrder, orderId: string, afterMs: number): Promise<void> {
    await delay(afterMs);
    const requestId = this.#newId();
    const answer = await this.#insist('cancel', () => this.#doors.cancel({ orderId, requestId }));
    if (answer === undefined) return;
    const refusal = answer.userErrors[0]?.code;
    // From this answer on it must be so for ever.
    if (refusal === undefined) order.ends = 'cancelled';
    else if (refusal === 'PAST_PIVOT') order.ends = 'approved';
    else this.#ledger.note('cancel', refusal);
  }

  async #follow(order: ClientOrder, orderId: string): Promise<void> {
    const listener = `subscriber ${this.#newId()}`;
    await this.#streams.follow(orderId, ({ version, orderStatus }) => {
      this.#tell({ listener, kind: 'stream', orderId, version, orderStatus: lower(orderStatus) });
      if (order.toldEndAt === null && FINAL.has(orderStatus)) this.#ledger.toldEnd(order);
    });
  }

  async #askAgain(orderId: string): Promise<void> {
    const listener = `asker ${this.#newId()}`;
    for (;;) {
      const seen = await this.#insist('ask', () => this.#doors.read(orderId));
      if (seen === undefined || seen === null) return;
      const { version, status } = seen;
      this.#tell({ listener, kind: 'answer', orderId, version, orderStatus: lower(status) });
      if (FINAL.has(status) || ENDED.has(status)) return;
      await delay(ASK_EVERY_MS);
    }
  }

  #tell(observation: Observation): void {
    this.#ledger.told.push(observation);
  }

  /** Undefined when the run was over before there was an answer. */
  async #insist<Answer>(errand: Errand, ask: () => Promise<Answer>): Promise<Answer | undefined> {
    for (let waitMs = FIRST_RETRY_MS; !this.#hasGivenUp; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      try {
        return await ask();
      } catch (error) {
        if (this.#hasGivenUp) return undefined;
        if (!(error instanceof DoorError)) throw error;
        this.#ledger.note(errand, error.kind);
        await delay(error.retryAfterMs ?? waitMs * (0.5 + this.#jitter.next() / 2));
      }
    }
    return undefined;
  }
}

function idOf({ order, userErrors }: GraphqlPayload): string {
  if (order !== null) return order.id;
  throw new DoorError(`userError ${userErrors[0]?.code ?? 'without a code'}`);
}

const lower = (status: string): Observation['orderStatus'] =>
  status.toLowerCase() as Observation['orderStatus'];
