import type { ConsoleRouter, SagaInspection } from '@order-saga/contracts';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Authenticate } from '../src/auth/principal.ts';
import { publicError } from '../src/pipeline/public-error.ts';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

const CUSTOMER = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

const consoleOf = ({ url }: TestGateway, token?: string) =>
  createTRPCClient<ConsoleRouter>({
    links: [
      httpBatchLink({
        url: `${url}/console/api`,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      }),
    ],
  });

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await gatewayWithFakes({ CHARTS_EVERY_MS: '20' });
});
afterEach(() => gateway.stop());

describe('the console’s API', () => {
  /** The token is the role. */
  const byRole: Authenticate = ({ authorization }) => {
    const role = authorization?.replace('Bearer ', '');
    if (role === 'support') return { customerId: null, roles: ['support'], scope: 'all', expiresAt: null };
    if (role === 'customer') return { customerId: CUSTOMER, roles: [], scope: 'own', expiresAt: null };
    throw publicError('UNAUTHENTICATED', 'no such token');
  };

  test('answers support staff, refuses customers, and wants strangers to say who they are', async () => {
    await using guarded = await gatewayWithFakes({}, { authenticate: byRole });
    expect((await consoleOf(guarded, 'support').sagas.list.query({})).items).toEqual([]);
    const asks = (token?: string) => [
      consoleOf(guarded, token).overview.query(),
      consoleOf(guarded, token).sagas.list.query({}),
      consoleOf(guarded, token).sagas.byIds.query({ ids: [] }),
      consoleOf(guarded, token).sagas.byId.query({ id: CUSTOMER }),
      consoleOf(guarded, token).deadLetters.list.query({ service: 'order' }),
      consoleOf(guarded, token).deadLetters.byId.query({ service: 'order', id: '0'.repeat(64) }),
      consoleOf(guarded, token).charts.query({}),
    ];
    for (const asked of asks('customer'))
      await expect(asked).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } });
    for (const asked of asks()) await expect(asked).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
    expect(guarded.orders.calls.sagas).toBe(1);
  });

  test('takes no command: it has queries only, and no page of another origin may ask', async () => {
    const posted = await fetch(`${gateway.url}/console/api/sagas.list`, { method: 'POST', body: '{}' });
    expect(posted.status).toBeGreaterThanOrEqual(400);
    const foreign = await fetch(`${gateway.url}/console/api/overview`, {
      headers: { origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('lists sagas by status and attention, as the order service does', async () => {
    const stuck = gateway.orders.place();
    const fine = gateway.orders.place();
    const since = '2026-01-01T00:00:00.000Z';
    gateway.orders.change(stuck.id, {
      attention: { reason: 'payment is silent', since },
      status: 'InProgress',
    });
    const list = async (input: object) =>
      (await consoleOf(gateway).sagas.list.query(input)).items.map(({ orderId }) => orderId);
    expect(await list({})).toEqual([fine.id, stuck.id]);
    expect(await list({ needsAttention: true })).toEqual([stuck.id]);
    expect(await list({ status: ['Started'] })).toEqual([fine.id]);
  });

  test('tells of one saga all that anybody knows, and who did not answer', async () => {
    const { id, saga } = gateway.orders.place();
    const sagaId = saga?.id ?? '';
    gateway.orders.inspections.set(sagaId, inspectionOf(gateway, id));
    gateway.payments.put(id, { capturedMinor: 700 });
    const key = `${sagaId}:ProcessPayment:forward:0`;
    const whole = await consoleOf(gateway).sagas.byId.query({ id: sagaId });
    expect(whole).toMatchObject({
      payment: { capturedMinor: 700 },
      reservation: null,
      memories: { [key]: null },
      missing: [],
    });

    await gateway.stopService('payments');
    const holed = await consoleOf(gateway).sagas.byId.query({ id: sagaId });
    expect(holed).toMatchObject({ payment: null, missing: [{ service: 'payment' }] });
    expect(holed?.memories).toEqual({});
    expect(await consoleOf(gateway).sagas.byId.query({ id: CUSTOMER })).toBeNull();
  });

  test('says which services are well, and in words when one it needs does not answer', async () => {
    await gateway.stopService('orders');
    const { services, sagas } = await consoleOf(gateway).overview.query();
    expect(services.find(({ name }) => name === 'order')).toMatchObject({
      status: 'unreachable',
      outbox: null,
    });
    expect(services.map(({ name }) => name)).toEqual(['order', 'payment', 'inventory', 'gateway']);
    expect(sagas).toBeNull();
    await expect(consoleOf(gateway).sagas.list.query({})).rejects.toMatchObject({
      message: 'Orders cannot be reached just now. Try again in a moment.',
      data: { code: 'SERVICE_UNAVAILABLE' },
    });
  });

  test('keeps points for charts also while a service is away', async () => {
    await gateway.stopService('payments');
    await expect
      .poll(async () => (await consoleOf(gateway).charts.query({})).samples.length, { timeout: 20_000 })
      .toBeGreaterThan(2);
    const { samples } = await consoleOf(gateway).charts.query({});
    const last = samples.at(-1)?.at ?? 0;
    expect(samples.at(-1)).toMatchObject({
      ended: { Completed: 0, Compensated: 0, Failed: 0 },
      deliveryLagMs: { payment: null },
      outboxAgeMs: { order: 0, payment: null },
    });
    expect(
      (await consoleOf(gateway).charts.query({ after: last })).samples.every(({ at }) => at > last),
    ).toBe(true);
  });
});

function inspectionOf({ orders }: TestGateway, orderId: string): SagaInspection {
  const view = orders.viewOf(orderId);
  const saga = view.saga as NonNullable<typeof view.saga>;
  return {
    saga,
    order: {
      id: view.id,
      customerId: view.customerId,
      lines: view.lines,
      total: view.total,
      paymentMethod: view.paymentMethod,
    },
    commands: [
      {
        id: CUSTOMER,
        type: 'ProcessPayment',
        idempotencyKey: `${saga.id}:ProcessPayment:forward:0`,
        replyId: CUSTOMER,
        step: 'ProcessPayment',
        direction: 'forward',
        participant: 'payment',
        placement: 'kafka',
        recordedAt: saga.createdAt,
        sentAt: saga.createdAt,
        attempts: 1,
        endedAt: null,
        outcome: 'outstanding',
        error: null,
        delivery: null,
      },
    ],
    transitions: [],
    waitingBehind: null,
    isUnpublished: false,
    traceparent: null,
  };
}
