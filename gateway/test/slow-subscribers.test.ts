import { expect, test, vi } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { GraphqlEvents } from './fakes/graphql-events.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';

const WATCH = `subscription ($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) { version failure { message } }
}`;
/** Few of these fill all buffers between the gateway and one who does not read. */
const LONG = {
  kind: 'StepCompleted',
  step: 'ProcessPayment',
  failure: { code: 'LONG', message: 'x'.repeat(1_000_000) },
} as const;
const UPDATES = 30;

interface Subscriber extends AsyncDisposable {
  /** The version of the next update, or what the stream ends with. */
  next(): Promise<{ version: number } | { error: Record<string, unknown> }>;
}
type Subscribe = (gateway: TestGateway, orderId: string, afterVersion?: number) => Promise<Subscriber>;

const told = ({ data, errors }: { data?: never; errors?: { extensions: Record<string, unknown> }[] }) =>
  errors?.[0] === undefined
    ? { version: (data as unknown as { sagaStatus: { version: number } }).sagaStatus.version }
    : { error: errors[0].extensions };

const overEvents: Subscribe = async (gateway, orderId, afterVersion) => {
  const events = await GraphqlEvents.open(gateway.url, WATCH, { orderId, afterVersion });
  return {
    next: async () => told((await events.next()) as never),
    [Symbol.asyncDispose]: () => events[Symbol.asyncDispose](),
  };
};

const overSocket: Subscribe = async (gateway, orderId, afterVersion) => {
  const client = await GraphqlSocket.connect(gateway.wsUrl);
  client.subscribe('1', WATCH, { orderId, afterVersion });
  return {
    async next() {
      client.socket.resume();
      const message = await client.next('1');
      client.socket.pause();
      return told((message.type === 'error' ? { errors: message.payload } : message.payload) as never);
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
};

test.each([
  ['WebSocket', overSocket],
  ['event stream', overEvents],
])(
  'over %s, who does not read is not waited for: a bounded part is kept, then the stream ends where it can be resumed',
  async (_name, subscribe) => {
    await using gateway = await gatewayWithFakes({ MAX_UPDATES_BEHIND: '5', PING_EVERY_MS: '60000' });
    const watched = async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/_gateway_watched_orders\S* (\d+)$/m.exec(metrics)?.[1]);
    };
    const { id, saga } = gateway.orders.place();
    await using slow = await subscribe(gateway, id);
    expect(await slow.next()).toEqual({ version: 1 });

    for (let update = 0; update < UPDATES; update += 1) {
      await gateway.orders.advanceAndTell(id, LONG);
      await new Promise(setImmediate);
    }
    // Given up, although nothing was read since.
    await vi.waitFor(async () => expect(await watched()).toBe(0));

    let last = 1;
    let end = await slow.next();
    for (; 'version' in end; end = await slow.next()) {
      expect(end.version).toBe(last + 1);
      last = end.version;
    }
    expect(end.error).toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW', lastVersion: last });
    expect(last).toBeLessThan(UPDATES);

    // Its whole history at once would be more than a service may answer.
    const history = await gateway.orders.sagas.history({ sagaId: saga?.id ?? '', afterSeq: 0 });
    gateway.orders.answerHistory = async () => history.map((entry) => ({ ...entry, failure: null }));
    await using resumed = await subscribe(gateway, id, last);
    for (let version = last + 1; version <= UPDATES + 1; version += 1) {
      expect(await resumed.next()).toEqual({ version });
    }
  },
);
