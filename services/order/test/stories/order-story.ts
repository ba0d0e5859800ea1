import {
  encodeReply,
  type OrderCommand,
  type OrderPayload,
  orderCommandSchema,
  type Reply,
  replySchema,
  type SagaTransition,
  TOPICS,
} from '@order-saga/contracts';
import type { InboxRow, OutboxMessage, TurnContext } from '@order-saga/messaging';
import { expect } from 'vitest';
import type { OrderAnswer, OrderMessage, StartSaga } from '../../src/orchestrator/messages.ts';
import { orchestrator } from '../../src/orchestrator/orchestrator.ts';
import {
  type ClientKeyRow,
  clientKey,
  type DueRow,
  type Observation,
  type OrderRetryRow,
  OrderState,
  type RequestRow,
  type SagaRow,
} from '../../src/orchestrator/rows.ts';
import type { Order } from '../../src/orders/order.ts';
import { type PlaceOrderOptions, placeOrderSaga } from '../../src/place-order/place-order.saga.ts';
import { type Answerable, type RemoteCommand, success } from '../system/scripted-participants.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const SAGA_ID = '5a6a0000-0000-4000-8000-000000000001';
export const ORDER: OrderPayload = {
  orderId: '0a0a0000-0000-4000-8000-000000000001',
  customerId: 'c0c00000-0000-4000-8000-000000000001',
  lines: [{ productId: '11111111-1111-1111-1111-111111111111', quantity: 2 }],
  total: { minor: 9_999, currency: 'USD' },
  paymentMethod: 'credit_card',
};

type Sent = Answerable & { readonly text: string };

/**
 * The orchestrator on rows in memory: one message a turn, committed as PostgreSQL would. Commands to the order participant
 * over its topic are delivered and answered at once; those to payment and inventory wait for the story.
 */
export class OrderStory {
  readonly sagas = new Map<string, SagaRow>();
  readonly orders = new Map<string, Order>();
  readonly inbox = new Map<string, InboxRow>();
  readonly clientKeys = new Map<string, ClientKeyRow>();
  readonly requests = new Map<string, RequestRow>();
  readonly retries = new Map<string, OrderRetryRow>();
  readonly due = new Map<string, DueRow>();
  readonly waiting = new Set<string>();
  readonly outbox: OutboxMessage[] = [];
  readonly sent: Sent[] = [];
  readonly history: SagaTransition[] = [];
  readonly observed: Observation[] = [];
  answer: OrderAnswer | undefined;
  now = T0;
  readonly #decider;
  #drawn = 0;

  constructor(options: Partial<PlaceOrderOptions> = {}) {
    const definition = placeOrderSaga({ orderPlacement: 'local', ...options });
    this.#decider = orchestrator({ definition, observe: (observation) => this.observed.push(observation) });
  }

  // What happens

  start(about: Partial<StartSaga> = {}, turn: Partial<TurnContext> = {}): this {
    const message: StartSaga = {
      kind: 'start',
      sagaId: SAGA_ID,
      order: ORDER,
      idempotencyKey: 'key-1',
      sent: '{"what":"was sent"}',
      retryOf: null,
      admitted: true,
      traceparent: undefined,
      ...about,
    };
    return this.turn(message, turn);
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  succeeds(result?: unknown): this {
    return this.replied(result === undefined ? this.reply() : { ...this.reply(), result });
  }

  fails(errorCode = 'REFUSED'): this {
    return this.replied({ ...this.reply(), status: 'Failed', result: null, error: 'no', errorCode });
  }

  /** Every remote command up to and without this one succeeds. */
  succeedsUntil(type: RemoteCommand['type']): this {
    while (this.last.type !== type) this.succeeds();
    return this;
  }

  replied(reply: Reply, about: Partial<TurnContext> = {}): this {
    return this.turn({ kind: 'reply', reply: replySchema.parse(JSON.parse(encodeReply(reply))) }, about);
  }

  cancel(requestId = 'request-1', about: Partial<TurnContext> = {}): this {
    const failure = { code: 'CANCELLED_BY_CUSTOMER', message: 'changed my mind' };
    return this.turn({ kind: 'cancel', sagaId: SAGA_ID, requestId, failure }, about);
  }

  admit(): this {
    return this.turn({ kind: 'admit', sagaId: SAGA_ID });
  }

  /** Time goes on until the saga is due, and the timer claims it. */
  wakes(about: { blind?: boolean; mayResend?: boolean; isLastTry?: boolean } = {}): this {
    const { blind = false, mayResend = true, isLastTry = false } = about;
    this.now = Math.max(this.now, this.due.get(SAGA_ID)?.wakeAt ?? 0);
    const row = this.due.get(SAGA_ID);
    if (row) this.due.set(SAGA_ID, { ...row, wakeAt: this.now + 30_000 });
    return this.turn({ kind: 'wake', sagaId: SAGA_ID, blind, mayResend }, { isLastTry });
  }

  /** One message in a turn of its own; a throw leaves nothing behind. */
  turn(message: OrderMessage, about: Partial<TurnContext> = {}): this {
    const state = this.#load();
    this.#drawn += 1;
    const generation = `00000000-0000-4000-8000-${String(this.#drawn).padStart(12, '0')}`;
    const turn: TurnContext = { now: this.now, generation, jitter: 1, isLastTry: false, ...about };
    this.answer = this.#decider.decide(state, message, turn);
    state.accept();
    this.#save(state);
    this.#decider.afterCommit?.(state);
    for (const outgoing of state.outbox.all()) this.#deliver(outgoing);
    return this;
  }

  /** A Success to the command sent last, or to another one. */
  reply(to: Sent = this.last): Reply {
    return success(to);
  }

  // What is expected

  get saga(): SagaRow {
    const saga = this.sagas.get(SAGA_ID);
    if (!saga) throw new Error('the saga was not started');
    return saga;
  }

  get last(): Sent {
    const last = this.sent.at(-1);
    if (!last) throw new Error('no remote command was sent');
    return last;
  }

  expectSent(...types: RemoteCommand['type'][]): this {
    expect(this.sent.map(({ type }) => type)).toEqual(types);
    return this;
  }

  expectStatus(status: SagaRow['instance']['status'], order: Order['status'] | undefined): this {
    expect([this.saga.instance.status, this.orders.get(ORDER.orderId)?.status]).toEqual([status, order]);
    return this;
  }

  /** All transitions, as 'Kind Step -> order status'. Their numbers have no gap, and each is in one event. */
  expectHistory(...entries: string[]): this {
    const told = this.history.map(({ kind, step, orderStatus }) =>
      [kind, step, '->', orderStatus].filter(Boolean).join(' '),
    );
    expect(told).toEqual(entries);
    expect(this.history.map(({ seq }) => seq)).toEqual(this.history.map((_, index) => index + 1));
    const events = this.outbox.filter(({ topic }) => topic === TOPICS.orderEvents.name);
    const published = events.flatMap(({ value }) => JSON.parse(value).transitions as SagaTransition[]);
    expect(published).toEqual(this.history);
    return this;
  }

  /** It is over: nothing wakes it, nothing admits it. */
  expectOver(): this {
    expect([this.due.has(SAGA_ID), this.waiting.has(SAGA_ID), this.saga.instance.outstanding]).toEqual([
      false,
      false,
      null,
    ]);
    return this;
  }

  /** The due row is what the saga's own row says, and no later than the saga's true due time. */
  expectDue(wakeAt: number): this {
    expect([this.due.get(SAGA_ID)?.wakeAt, this.saga.wakeAt]).toEqual([wakeAt, wakeAt]);
    return this;
  }

  expectIgnored(cause: string): this {
    expect(this.observed.at(-1)).toMatchObject({ kind: 'ignored', cause });
    return this;
  }

  #load(): OrderState {
    return new OrderState({
      clientKeys: [...this.clientKeys.values()],
      sagas: [...this.sagas.values()],
      orders: [...this.orders.values()],
      inbox: [...this.inbox.values()],
      requests: [...this.requests.values()],
      retries: [...this.retries.values()],
      unpublished: [],
      acceptedFor: [...this.sagas.values()].map(({ order, instance }) => ({
        orderId: order.orderId,
        sagaId: instance.id,
      })),
    });
  }

  #save(state: OrderState): void {
    const all = <Row>(set: { inserts(): Row[]; updates(): Row[] }) => [...set.inserts(), ...set.updates()];
    for (const row of state.sagas.updates())
      expect(row.rev).toBeGreaterThan(this.sagas.get(row.instance.id)?.rev ?? 0);
    for (const row of all(state.sagas)) this.sagas.set(row.instance.id, structuredClone(row));
    for (const row of all(state.orders)) this.orders.set(row.id, row);
    for (const row of state.inbox.inserts()) this.inbox.set(row.idempotencyKey, row);
    for (const row of all(state.clientKeys)) this.clientKeys.set(clientKey(row), row);
    for (const row of all(state.requests)) this.requests.set(row.id, row);
    for (const row of all(state.retries)) this.retries.set(row.orderId, row);
    for (const row of [...state.dueAdded.all(), ...state.dueMoved.all()]) this.due.set(row.sagaId, row);
    for (const sagaId of state.dueRemoved.all()) this.due.delete(sagaId);
    for (const sagaId of state.waitingAdded.all()) this.waiting.add(sagaId);
    for (const sagaId of state.waitingRemoved.all()) this.waiting.delete(sagaId);
    for (const { transition } of state.history.all()) this.history.push(transition);
    this.outbox.push(...state.outbox.all());
  }

  #deliver({ topic, value }: OutboxMessage): void {
    const json = JSON.parse(value);
    if (topic === TOPICS.orderCommands.name) {
      this.turn({ kind: 'command', command: orderCommandSchema.parse(json) as OrderCommand });
    } else if (topic === TOPICS.orderReplies.name) {
      this.turn({ kind: 'reply', reply: replySchema.parse(json) });
    } else if (topic !== TOPICS.orderEvents.name) {
      this.sent.push({
        id: json.id,
        type: json.command_type,
        sagaId: json.saga_id,
        createdAt: json.created_at,
        text: value,
      });
    }
  }
}

export const given = (options: Partial<PlaceOrderOptions> = {}): OrderStory => new OrderStory(options);
