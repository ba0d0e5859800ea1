import { randomUUID } from 'node:crypto';
import { eventually } from '@order-saga/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { type OrderSystem, type OrderSystemOptions, SEED_ORDER, startOrders } from './system/order-system.ts';

const QUICK = { ATTEMPT_TIMEOUT_MS: '1000', MAX_ATTEMPT_TIMEOUT_MS: '2000' };
const running: OrderSystem[] = [];
async function orderSystem(options: OrderSystemOptions = {}): Promise<OrderSystem> {
  const system = await startOrders({ ...options, env: { ...QUICK, ...options.env } });
  running.push(system);
  return system;
}
afterEach(async () => {
  const [first, ...others] = running.splice(0);
  await first?.atRest();
  for (const system of [first, ...others]) await system?.stop();
});

const beside = ({ databaseUrl, broker, participants }: OrderSystem, env: Record<string, string> = {}) =>
  orderSystem({ databaseUrl, broker, participants, env: { INSTANCE_NAME: 'order-2', ...env } });

const allEnded = (orders: OrderSystem, count: number) =>
  eventually(
    async () => {
      const rows = await orders.query(
        'select status, count(*)::int as n from saga_transactions group by 1 order by 1',
      );
      const live = rows.filter(({ status }) => !['Completed', 'Compensated'].includes(String(status)));
      const ended = rows.reduce((sum, { n }) => sum + Number(n), 0);
      if (live.length > 0 || ended < count) throw new Error(JSON.stringify(rows));
    },
    { describe: `${count} sagas end`, timeoutMs: 25_000 },
  );

describe('two services on one database', () => {
  test('seed defect 39: share the sagas, each command is sent once, and a key is one order over both', async () => {
    const first = await orderSystem();
    const second = await beside(first);
    const key = randomUUID();
    const keyed = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        [first, second][n % 2]?.place(SEED_ORDER, { 'idempotency-key': key }),
      ),
    );
    expect(new Set(keyed.map((order) => order?.order_id)).size).toBe(1);
    await Promise.all(Array.from({ length: 100 }, (_, n) => [first, second][n % 2]?.place()));
    await allEnded(first, 101);
    for (const type of ['ProcessPayment', 'ReserveInventory', 'ConfirmInventory'] as const) {
      const ids = first.participants.of(type).map(({ id }) => id);
      expect(new Set(ids).size).toBe(101);
    }
  });

  test('admit from one line, in order, under one bound', async () => {
    const first = await orderSystem({ env: { MAX_SAGAS_IN_FLIGHT: '5' } });
    const second = await beside(first, { MAX_SAGAS_IN_FLIGHT: '5' });
    await Promise.all(Array.from({ length: 60 }, (_, n) => [first, second][n % 2]?.place()));
    await allEnded(first, 60);
  });

  test('one goes on where the other stopped in the middle, and tells a client that waits there', async () => {
    const first = await orderSystem();
    const second = await beside(first);
    first.participants.script = ({ type }) => (type === 'ReserveInventory' ? 'silent' : 'succeeds');
    const placed = await first.place();
    const waiting = second.order(placed.order_id);
    const command = await first.participants.first('ReserveInventory', placed.saga_id);
    await first.stop();
    first.participants.script = () => 'succeeds';
    await first.participants.answer(command);
    expect((await waiting).status).toBe('approved');
    await second.sagaStatus(placed.saga_id, 'Completed');
  });
});

describe('a database that ends every connection, again and again', () => {
  test('seed defects 1 to 7: loses no acknowledged order, makes none twice, and every saga ends', async () => {
    const orders = await orderSystem();
    orders.participants.script = ({ type, payload }) =>
      type === 'ProcessPayment' && payload.orderId.endsWith('0') ? { fails: 'CARD_DECLINED' } : 'succeeds';
    const acknowledged = new Map<string, string>();
    let isOver = false;
    const client = async (n: number) => {
      for (let k = 0; k < 25; k += 1) {
        const key = `client-${n}-order-${k}`;
        for (;;) {
          const answer = await orders.post(SEED_ORDER, { 'idempotency-key': key });
          const body = (await answer.json()) as { order_id: string };
          if (answer.status === 200) {
            acknowledged.set(key, body.order_id);
            break;
          }
          expect(answer.status).toBe(503);
          expect(answer.headers.get('retry-after')).toBe('1');
        }
      }
    };
    const terminator = async () => {
      let ended = 0;
      while (!isOver) {
        const rows = await orders.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        ended += rows.length;
        await eventually(
          async () =>
            isOver ||
            Number(
              (
                await orders.query(
                  "select count(*) as n from pg_stat_activity where application_name = 'order lane'",
                )
              )[0]?.n,
            ) > 0,
          { intervalMs: 150 },
        );
      }
      return ended;
    };
    const terminating = terminator();
    await Promise.all([0, 1, 2, 3].map(client));
    isOver = true;
    expect(await terminating).toBeGreaterThan(5);
    await allEnded(orders, 100);

    const made = await orders.query<{ key: string; order_id: string }>(
      'select key, order_id from client_keys',
    );
    expect(new Map(made.map(({ key, order_id }) => [key, order_id]))).toEqual(acknowledged);
    expect(await orders.query('select count(*)::int as n from saga_transactions')).toEqual([{ n: 100 }]);
    const paid = new Map(orders.participants.of('ProcessPayment').map(({ sagaId, id }) => [sagaId, id]));
    expect(paid.size).toBe(100);
    expect(new Set(orders.participants.of('ProcessPayment').map(({ id }) => id)).size).toBe(100);
  });
});

describe('a broker that is away', () => {
  test('seed defect 2: orders are accepted, and go on when it is back; the service says that it is degraded', async () => {
    const orders = await orderSystem();
    await eventually(async () => (await ready(orders)).body.status === 'ready', { describe: 'ready' });
    orders.broker.setOutage('the broker is away');
    const placed = await Promise.all(Array.from({ length: 10 }, () => orders.place()));
    const report = await eventually(
      async () => {
        const { code, body } = await ready(orders);
        return body.status === 'degraded' && { code, body };
      },
      { describe: 'degraded' },
    );
    expect(report).toMatchObject({
      code: 200,
      body: { parts: expect.arrayContaining([expect.objectContaining({ name: 'broker', ok: false })]) },
    });
    orders.broker.setOutage(null);
    for (const { saga_id } of placed) await orders.sagaStatus(saga_id, 'Completed');
    await eventually(async () => (await ready(orders)).body.status === 'ready', { describe: 'ready again' });
  });

  test('that duplicates, delays and reorders leads every saga to its end', async () => {
    const { createMemoryBroker } = await import('@order-saga/messaging');
    const broker = createMemoryBroker({
      faults: { duplicate: 0.2, delay: 0.3, reorder: 0.2, unacknowledged: 0.05, drop: 0.02 },
    });
    const orders = await orderSystem({ broker });
    await Promise.all(Array.from({ length: 60 }, () => orders.place()));
    await allEnded(orders, 60);
  });
});

async function ready(orders: OrderSystem) {
  const answer = await fetch(`${orders.url}/ready`);
  return { code: answer.status, body: (await answer.json()) as { status: string; parts: unknown[] } };
}
