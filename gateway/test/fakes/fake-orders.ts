import { isDeepStrictEqual } from 'node:util';
import {
  type CreateOrderInput,
  encodeOrderEvent,
  type OrderHandlers,
  type OrdersListInput,
  type OrderView,
  RequestError,
  type SagaInspection,
  type SagaTransition,
  type SagaView,
  TOPICS,
} from '@order-saga/contracts';
import type { Broker } from '@order-saga/messaging';
import { operationsStub } from './operations-stub.ts';

interface FakeOrder {
  view: OrderView;
  readonly sent: unknown;
  readonly key: string;
  readonly history: SagaTransition[];
}

type Change = Partial<Omit<SagaTransition, 'seq' | 'at'>>;

let nextId = 1;
const uuid = () => `00000000-0000-7000-8000-${String(nextId++).padStart(12, '0')}`;

/** An order service in memory whose sagas move when a test says so. It counts its calls. */
export class FakeOrders implements OrderHandlers {
  readonly deadLetters = operationsStub.deadLetters;
  readonly inbox = operationsStub.inbox;
  readonly outbox = operationsStub.outbox;
  readonly calls: Record<string, number> = {};
  readonly traceparents: (string | undefined)[] = [];
  /** What `orders.list` was asked for, page and cursor aside. */
  readonly listed: Omit<OrdersListInput, 'limit' | 'cursor'>[] = [];
  /** Of an order's id, the one that it was placed instead of. */
  readonly retryOf = new Map<string, string>();
  /** Every change of an order, oldest first; a position in it is how many of them were seen. */
  readonly #changed: OrderView[] = [];
  /** Thrown by every call while set. */
  fault: Error | undefined;
  /** Answers `sagas.history` while set. */
  answerHistory: (() => Promise<SagaTransition[]>) | undefined;
  /** What operators are told of a saga, by its id. */
  readonly inspections = new Map<string, SagaInspection>();
  readonly #orders = new Map<string, FakeOrder>();
  readonly #broker: Pick<Broker, 'publish'>;

  constructor(broker: Pick<Broker, 'publish'>) {
    this.#broker = broker;
  }

  readonly orders: OrderHandlers['orders'] = {
    create: async (input, traceparent) => {
      this.#count('create');
      this.traceparents.push(traceparent);
      const known = this.#withKey(input);
      if (known !== undefined) return { order: known.view, created: false };
      return { order: this.#add(input), created: true };
    },
    byIdempotencyKey: async (input) => {
      this.#count('byIdempotencyKey');
      return this.#withKey(input)?.view ?? null;
    },
    byId: async (id) => {
      this.#count('byId');
      return this.#orders.get(id)?.view ?? null;
    },
    byIds: async (ids) => {
      this.#count('byIds');
      return ids.map((id) => this.#orders.get(id)?.view ?? null);
    },
    list: async ({ limit, cursor, ...asked }) => {
      this.#count('list');
      this.listed.push(asked);
      const { customerId } = asked;
      const all = [...this.#orders.values()]
        .map(({ view }) => view)
        .filter((view) => customerId === undefined || view.customerId === customerId)
        .reverse();
      const start = cursor ? all.findIndex(({ id }) => id === cursor) + 1 : 0;
      const items = all.slice(start, start + limit);
      return { items, nextCursor: start + limit < all.length ? (items.at(-1)?.id ?? null) : null };
    },
    retries: async (ids) => {
      this.#count('retries');
      const retriedBy = new Map([...this.retryOf].map(([id, retried]) => [retried, id]));
      return ids.map((id) => ({
        retryOf: this.retryOf.get(id) ?? null,
        retriedBy: retriedBy.get(id) ?? null,
      }));
    },
    changes: async ({ customerId, after, limit }) => {
      this.#count('changes');
      const seen = after === undefined ? 0 : Number(/^seen (\d+)$/.exec(after)?.[1] ?? 'x');
      if (Number.isNaN(seen)) throw new RequestError('INVALID_INPUT', 'no position', { field: 'after' });
      const changes = this.#changed.map((view, index) => ({ id: view.id, view, position: index + 1 }));
      const found = changes
        .filter(
          ({ id, view, position }) =>
            view.customerId === customerId &&
            position > seen &&
            changes.findLast((other) => other.id === id)?.position === position,
        )
        .map(({ id, position }) => ({ order: this.#view(id), position: `seen ${position}` }))
        .filter(({ order }) => after !== undefined || order.status === 'created');
      const items = found.slice(0, limit);
      const isComplete = items.length === found.length;
      const position = isComplete ? `seen ${this.#changed.length}` : (items.at(-1)?.position ?? '');
      return { items, position, isComplete };
    },
    moved: async ({ since }) => {
      this.#count('moved');
      return since.map(({ customerId, after }) =>
        this.#changed.slice(Number(after.slice(5))).some((view) => view.customerId === customerId),
      );
    },
    cancel: async ({ orderId }) => {
      this.#count('cancel');
      const order = this.#orders.get(orderId);
      if (order === undefined) throw new RequestError('NOT_FOUND', 'no such order');
      if (order.view.status === 'approved') throw new RequestError('PAST_PIVOT', 'too late');
      this.advance(orderId, { kind: 'CancelRequested', step: null, sagaStatus: 'Compensating' });
      return order.view;
    },
  };

  readonly sagas: OrderHandlers['sagas'] = {
    byId: async (id) => this.#sagas().find((saga) => saga.id === id) ?? null,
    byIds: async (ids) => ids.map((id) => this.#sagas().find((saga) => saga.id === id) ?? null),
    list: async ({ limit, status, needsAttention }) => {
      this.#count('sagas');
      const items = this.#sagas()
        .filter((saga) => status === undefined || [status].flat().includes(saga.status))
        .filter((saga) => needsAttention === undefined || (saga.attention !== null) === needsAttention)
        .slice(0, limit);
      return { items, nextCursor: null };
    },
    inspect: async (id) => this.inspections.get(id) ?? null,
    stats: async () => ({ live: this.#orders.size, waiting: 0, needAttention: 0 }),
    history: async ({ sagaId, afterSeq }) => {
      this.#count('history');
      if (this.answerHistory !== undefined) return this.answerHistory();
      const order = [...this.#orders.values()].find(({ view }) => view.saga?.id === sagaId);
      return (order?.history ?? []).filter(({ seq }) => seq > afterSeq);
    },
  };

  place(input: Partial<CreateOrderInput> = {}): OrderView {
    return this.#add({
      idempotencyKey: uuid(),
      customerId: uuid(),
      lines: [{ productId: uuid(), quantity: 1 }],
      currency: 'USD',
      totalMinor: 1_000,
      paymentMethod: 'test_approve',
      ...input,
    });
  }

  /** Moves the saga by one transition and answers it. Tells nobody: see `tell`. */
  advance(orderId: string, change: Change): SagaTransition {
    const order = this.#orders.get(orderId);
    const last = order?.history.at(-1);
    if (order === undefined || last === undefined || order.view.saga === null)
      throw new Error('no such order');
    const transition: SagaTransition = { ...last, seq: last.seq + 1, at: instant(last.seq + 1), ...change };
    order.history.push(transition);
    const { seq: version, sagaStatus, orderStatus, currentStep, failure } = transition;
    const saga = { ...order.view.saga, version, status: sagaStatus, currentStep, failure };
    order.view = { ...order.view, version, status: orderStatus, failure, saga };
    this.#changed.push(order.view);
    return transition;
  }

  /** Publishes what happened on `order-events`; any transitions, so that a test can lose, repeat or reorder them. */
  async tell(orderId: string, ...transitions: SagaTransition[]): Promise<void> {
    const order = this.#orders.get(orderId);
    if (order === undefined) throw new Error('no such order');
    const { customerId, lines, total, paymentMethod, saga } = order.view;
    const value = encodeOrderEvent({
      id: uuid(),
      type: 'SagaProgressed',
      order: { orderId, customerId, lines, total, paymentMethod },
      sagaId: saga?.id ?? uuid(),
      transitions,
    });
    await this.#broker.publish([{ topic: TOPICS.orderEvents.name, key: orderId, value, headers: {} }]);
  }

  async advanceAndTell(orderId: string, change: Change): Promise<SagaTransition> {
    const transition = this.advance(orderId, change);
    await this.tell(orderId, transition);
    return transition;
  }

  viewOf(orderId: string): OrderView {
    const order = this.#orders.get(orderId);
    if (order === undefined) throw new Error('no such order');
    return order.view;
  }

  /** Newest first. */
  #sagas(): SagaView[] {
    return [...this.#orders.values()].flatMap(({ view }) => view.saga ?? []).reverse();
  }

  /** What an operator would see of it. */
  change(orderId: string, change: Partial<SagaView>): void {
    const order = this.#orders.get(orderId);
    if (order?.view.saga) order.view = { ...order.view, saga: { ...order.view.saga, ...change } };
  }

  #view(id: string): OrderView {
    const order = this.#orders.get(id);
    if (order === undefined) throw new Error('no such order');
    return order.view;
  }

  #count(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    if (this.fault !== undefined) throw this.fault;
  }

  #withKey(input: { idempotencyKey: string; customerId: string; sent?: unknown }): FakeOrder | undefined {
    const known = [...this.#orders.values()].find(
      ({ key, view }) => key === input.idempotencyKey && view.customerId === input.customerId,
    );
    if (known === undefined || isDeepStrictEqual(known.sent, input.sent)) return known;
    throw new RequestError('IDEMPOTENCY_KEY_REUSED', 'another order has this key');
  }

  #retry(retried: string, id: string, customerId: string): void {
    const order = this.#orders.get(retried)?.view;
    if (order?.customerId !== customerId) throw new RequestError('RETRIED_ORDER_NOT_FOUND', 'no such order');
    if (order.status !== 'cancelled') throw new RequestError('RETRIED_ORDER_NOT_CANCELLED', 'it goes on');
    if ([...this.retryOf.values()].includes(retried))
      throw new RequestError('ORDER_ALREADY_RETRIED', 'it was');
    this.retryOf.set(id, retried);
  }

  #add(input: CreateOrderInput): OrderView {
    const id = uuid();
    if (input.retryOf !== undefined) this.#retry(input.retryOf, id, input.customerId);
    const first: SagaTransition = {
      seq: 1,
      at: instant(1),
      kind: 'SagaStarted',
      step: null,
      sagaStatus: 'Started',
      orderStatus: 'created',
      currentStep: 'ProcessPayment',
      failure: null,
    };
    const view: OrderView = {
      id,
      customerId: input.customerId,
      status: 'created',
      lines: input.lines,
      total: { minor: input.totalMinor, currency: input.currency },
      paymentMethod: input.paymentMethod,
      failure: null,
      version: 1,
      createdAt: instant(0),
      updatedAt: instant(1),
      saga: {
        id: uuid(),
        orderId: id,
        definition: 'place-order',
        status: 'Started',
        direction: 'forward',
        currentStep: 'ProcessPayment',
        steps: [
          {
            name: 'ProcessPayment',
            participant: 'payment',
            kind: 'compensatable',
            state: 'running',
            attempts: 1,
            startedAt: instant(1),
            endedAt: null,
            error: null,
          },
        ],
        failure: null,
        attention: null,
        nextAttemptAt: null,
        deadlineAt: null,
        version: 1,
        createdAt: instant(0),
        updatedAt: instant(1),
      },
    };
    this.#changed.push(view);
    this.#orders.set(id, { view, sent: input.sent, key: input.idempotencyKey, history: [first] });
    return view;
  }
}

const instant = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
