import type { OrderView } from '@order-saga/contracts';
import type { OrderCore } from '@order-saga/order-service/core';
import type { Process } from '../system/processes.ts';
import { CLIENT_PATIENCE_MS } from '../system/settings.ts';
import type { World } from '../world/world.ts';
import type { Placing } from './workload.ts';

/** What a client was told of an order, in the order in which it was told. */
export interface Told {
  readonly listener: string;
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderView['status'];
  readonly atMs: number;
}

export interface Clients {
  readonly told: Told[];
  /** Orders that clients were answered with, by customer and key; null: the answer was a refusal for good. */
  readonly acknowledged: Map<string, string | null>;
  /** Cancels that were accepted. */
  readonly cancelled: Set<string>;
  /** Requests without an answer that counts as one. */
  open: number;
}

export const newClients = (): Clients => ({
  told: [],
  acknowledged: new Map(),
  cancelled: new Set(),
  open: 0,
});

type Answered<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Codes after which asking again would be answered the same. */
const FOR_GOOD = new Set(['IDEMPOTENCY_KEY_REUSED', 'PAST_PIVOT', 'NOT_FOUND', 'STOCK_WOULD_BE_NEGATIVE']);

/**
 * Asks one process after the other until one answers: a request or its answer may be lost with the process, and is then
 * sent again with the same key, as the gateway does.
 */
export function askAround<Core, Answer>(
  world: World,
  processes: readonly Process<Core>[],
  what: string,
  request: (core: Core) => Promise<Answer>,
  answered: (answer: Answered<Answer>) => void,
): void {
  let attempt = world.network.below(processes.length);
  const ask = () => {
    let isOver = false;
    const process = processes[attempt % processes.length] as Process<Core>;
    attempt += 1;
    const again = () => {
      if (isOver) return;
      isOver = true;
      ask();
    };
    world.scheduler.after(CLIENT_PATIENCE_MS, null, again);
    world.scheduler.after(world.latency(), null, () => {
      const { life } = process;
      life.deliver(() => {
        const { core } = process;
        if (core === null || process.life !== life) return;
        const tell = (answer: Answered<Answer>) => {
          if (life.isDead) return;
          world.scheduler.after(world.latency(), null, () => {
            if (isOver) return;
            isOver = true;
            if (answer.kind === 'refused' && answer.code === NO_CODE)
              world.violated(8, `a request to ${what} was answered with a fault: ${answer.message}`);
            if (answer.kind === 'refused' && !FOR_GOOD.has(answer.code)) ask();
            else answered(answer);
          });
        };
        if (world.isTracing) world.note(`${process.instance} is asked: ${what}`);
        request(core).then(
          (answer) => tell({ kind: 'answer', answer }),
          (error: unknown) => tell({ kind: 'refused', code: codeOf(error), message: String(error) }),
        );
      });
    });
  };
  ask();
}

/** Not a refusal, nor a store that is away: the service itself is at fault. */
const NO_CODE = 'NO_CODE';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : NO_CODE;

/** One customer with one order: places it, perhaps twice, perhaps cancels it, and looks at it now and then. */
export function beginClient(
  world: World,
  clients: Clients,
  processes: readonly Process<OrderCore>[],
  placing: Placing,
  look: (orderId: string, told: (view: OrderView | null) => void) => void,
): void {
  const { scheduler } = world;
  const name = `${placing.customerId} ${placing.key}`;
  const tell = (listener: string, view: OrderView) =>
    clients.told.push({
      listener,
      orderId: view.id,
      version: view.version,
      status: view.status,
      atMs: scheduler.now,
    });

  const place = (isFirst: boolean) => {
    clients.open += 1;
    const { customerId, key, lines, totalMinor, paymentMethod } = placing;
    const total = { minor: totalMinor, currency: 'USD' } as const;
    const request = {
      idempotencyKey: key,
      customerId,
      lines,
      total,
      paymentMethod,
      sent: { lines, totalMinor, paymentMethod },
      traceparent: undefined,
    };
    askAround(
      world,
      processes,
      'place an order',
      (core) => core.desk.place(request),
      (answered) => {
        clients.open -= 1;
        const acknowledged = answered.kind === 'answer' ? answered.answer.order.id : null;
        if (answered.kind === 'answer') tell(`${name} ${scheduler.now}`, answered.answer.order);
        world.coverage.met(answered.kind === 'answer' ? 'client: accepted' : `client: ${answered.code}`);
        if (answered.kind === 'answer' && answered.answer.order.total.minor !== totalMinor)
          world.violated(10, `key ${placing.key} was answered with an order that was not asked for`);
        const before = clients.acknowledged.get(name);
        if (before && acknowledged && before !== acknowledged)
          world.violated(
            1,
            `key ${placing.key} was answered with order ${before}, and then with ${acknowledged}`,
          );
        if (acknowledged !== null || before === undefined) clients.acknowledged.set(name, acknowledged);
        if (acknowledged !== null && isFirst) follow(acknowledged);
      },
    );
  };

  const follow = (orderId: string) => {
    const { cancelAfterMs, looks, lookEveryMs } = placing;
    if (cancelAfterMs !== null) scheduler.after(cancelAfterMs, null, () => cancel(orderId));
    for (let count = 1; count <= looks; count += 1) {
      scheduler.after(count * lookEveryMs, null, () =>
        look(orderId, (view) => {
          if (view === null) world.violated(1, `order ${orderId} was acknowledged, and is not found`);
          else tell(`${name} ${placing.atMs} looking`, view);
        }),
      );
    }
  };

  const cancel = (orderId: string) => {
    clients.open += 1;
    const requestId = world.ids.uuid();
    const request = { orderId, requestId, reason: 'changed my mind' };
    askAround(
      world,
      processes,
      'cancel an order',
      (core) => core.desk.cancel(request),
      (answered) => {
        clients.open -= 1;
        world.coverage.met(
          answered.kind === 'answer' ? 'client: cancel accepted' : `client: cancel ${answered.code}`,
        );
        if (answered.kind !== 'answer') {
          if (answered.code === 'NOT_FOUND')
            world.violated(1, `order ${orderId} was acknowledged, and is not found`);
          return;
        }
        clients.cancelled.add(orderId);
        tell(`${name} cancelling`, answered.answer);
      },
    );
  };

  scheduler.after(placing.atMs, null, () => place(true));
  const { againAtMs } = placing;
  if (againAtMs !== null) scheduler.after(againAtMs, null, () => place(false));
}
