import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatInvariants } from '../../src/index.ts';
import type { DatabaseName } from '../../src/system/services.ts';
import { PLANTED, type Planted } from './planted.ts';
import { orderId, PRODUCT, type SmallWorld, sagaId, smallWorld } from './small-world.ts';

/** A guard must have been seen red: each violation is planted by SQL in a world that was whole, and must be reported. */

const plantIn = async (world: SmallWorld, statements: Planted['sql']) => {
  for (const [database, text] of Object.entries(statements) as [DatabaseName, string][])
    await world.sql(database, text);
};

test('a world that is whole passes, and says with figures what was looked at', async () => {
  const world = await smallWorld(['approved', 'declined', 'out of stock', 'approved']);
  try {
    const report = await world.check({ acknowledged: [orderId(1), orderId(2)] });
    expect(report.results.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.holds).toBe(true);
    expect(report.results.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const figures = report.results.map((result) => result.figures);
    expect(figures[0]).toMatchObject({ sagas: 4, orders: 4, 'client keys': 4 });
    expect(figures[2]).toMatchObject({ 'captured USD': 4_497, 'refunded USD': 1_499, 'approved USD': 2_998 });
    expect(figures[3]).toMatchObject({ stocked: 100, available: 96, reserved: 0, sold: 4 });
    expect(report.results[8]?.verdict).toBe('not checked');
    expect(report.results.every(({ number, checkedRows }) => number === 9 || checkedRows > 0)).toBe(true);
    expect(formatInvariants(report)).toContain('9 of 10 invariants hold, 1 not checked');
  } finally {
    await world.close();
  }
});

describe('each planted violation is reported, by the number of its invariant and by its order', () => {
  // One world for each: what one plants must not be what another finds.
  test.each(PLANTED)('$invariant: $what', async ({ invariant, rule, sql, about = 'order', mode }) => {
    const world = await smallWorld(['approved', 'declined', 'out of stock']);
    try {
      await plantIn(world, sql);
      const report = await world.check({ mode: mode ?? 'at-rest', graceMs: 1_000 });
      const result = report.results.find(({ number }) => number === invariant);
      expect(result?.violations.map((violation) => violation.rule)).toContain(rule);
      const ids = {
        order: { orderId: orderId(1) },
        saga: { sagaId: sagaId(1) },
        product: { productId: PRODUCT },
      };
      const violation = result?.violations.find((candidate) => candidate.rule === rule);
      expect(violation).toMatchObject(ids[about]);
      expect(violation?.text).toContain(Object.values(ids[about])[0]);
      expect(report.holds).toBe(false);
      expect(formatInvariants(report)).toMatch(/^invariants? .*violated/m);
    } finally {
      await world.close();
    }
  });
});

test('what clients were told, and that they were answered at all, is compared with what is there', async () => {
  const world = await smallWorld(['approved', 'declined', 'out of stock']);
  try {
    const stranger = 'ffffffff-0000-4000-8000-000000000000';
    const told = { listener: 'a subscription', kind: 'stream', orderId: orderId(2), version: 4 } as const;
    const whole = { told: [{ ...told, orderStatus: 'cancelled' }], acknowledged: [orderId(2)] } as const;
    expect((await world.check(whole)).holds).toBe(true);

    const { results } = await world.check({
      told: [{ ...told, orderStatus: 'approved' }],
      acknowledged: [orderId(1), stranger],
    });
    const violations = results.flatMap(({ number, violations }) =>
      violations.map((one) => ({ number, ...one })),
    );
    expect(violations).toMatchObject([
      { number: 1, rule: 'acknowledged-without-saga', orderId: stranger },
      { number: 10, rule: 'not-for-ever', orderId: orderId(2) },
    ]);
  } finally {
    await world.close();
  }
});

test('an alarm that is over at the second look was none', async () => {
  const world = await smallWorld(['approved']);
  const lay = `insert into outbox_events (id, gen, topic, key, type, value, headers)
    values (gen_random_uuid(), gen_random_uuid(), 'order-replies', 'k', 'T', '{}', '{}')`;
  try {
    await world.sql('orders', lay);
    const looks = world.check({ againAfterMs: 1_000 });
    await eventually(async () => {
      const again = await world.check({ againAfterMs: 0 });
      expect(again.results[7]?.violations).toMatchObject([{ rule: 'never-left' }]);
    });
    await world.sql('orders', 'delete from outbox_events');
    expect((await looks).holds).toBe(true);
  } finally {
    await world.close();
  }
});

describe('a given-up saga', () => {
  let world: SmallWorld;
  beforeAll(async () => {
    world = await smallWorld(['approved', 'out of stock']);
  });
  afterAll(() => world.close());

  test('is an open liability and no violation, whatever it owes', async () => {
    await world.sql(
      'orders',
      `update saga_transactions set status = 'Failed', seq = 4, steps = '[]' where id = '${sagaId(2)}'`,
    );
    await world.sql('orders', `delete from saga_history where saga_id = '${sagaId(2)}' and seq > 4`);
    await world.sql(
      'orders',
      `update saga_history set entry = replace(entry, '"Compensating"', '"Failed"') where saga_id = '${sagaId(2)}' and seq = 4`,
    );
    await world.sql('orders', `update orders set status = 'created' where id = '${orderId(2)}'`);
    await world.sql(
      'payments',
      `update payments set status = 'processed', refunded_minor = 0 where order_id = '${orderId(2)}'`,
    );
    await world.sql('payments', `delete from provider_ledger where kind = 'refund'`);
    await world.sql('payments', `delete from processed_commands where command_type = 'CompensatePayment'`);
    const report = await world.check();
    expect(report.results.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.liabilities).toEqual([
      { orderId: orderId(2), sagaId: sagaId(2), currency: 'USD', netMinor: 1_499, pieces: 0 },
    ]);
    expect(formatInvariants(report)).toContain(`order ${orderId(2)} was given up; 14.99 USD`);
  });
});
