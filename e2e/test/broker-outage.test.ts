import { describeWithKafka, eventually } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import {
  Crowd,
  CUP,
  getOrder,
  newId,
  place,
  setAvailable,
  signal,
  versionsOf,
  Watch,
  type WholeSystem,
} from '../src/index.ts';
import { keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

describeWithKafka('when Kafka is killed', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 200);
  });
  keepInvariants(() => system);

  const readiness = async (name: 'order' | 'payment' | 'inventory' | 'gateway') => {
    const answer = await fetch(`${system.urls[name]}/ready`);
    const { status, parts } = (await answer.json()) as {
      status: string;
      parts: { name: string; reason: string | null }[];
    };
    return { code: answer.status, status, broker: parts.find((part) => part.name === 'broker')?.reason };
  };

  test('services are degraded, orders are accepted, and all of them end once it is back', async () => {
    const before = new Crowd(system);
    await before.place(20);
    await signal(system, 'kafka', 'SIGKILL');
    await eventually(
      async () => {
        expect(await readiness('order')).toEqual({
          code: 200,
          status: 'degraded',
          broker: expect.stringMatching(/./),
        });
      },
      { describe: 'a degraded order service', intervalMs: 25 },
    );
    const { order_id } = await place(system, {
      customer_id: newId(),
      product_id: CUP,
      quantity: 1,
      total_amount: 14.99,
    });
    expect(await getOrder(system, order_id)).toMatchObject({ status: 'created' });
    const watch = new Watch(system, order_id, 0);
    const during = new Crowd(system);
    await during.place(50);
    expect(during.faults).toEqual([]);

    expect(await before.disappointed()).toEqual([]);
    expect(await during.disappointed()).toEqual([]);
    expect(versionsOf(await watch.rest())).toEqual([1, 2, 3, 4, 5, 6]);
    for (const name of ['order', 'payment', 'inventory', 'gateway'] as const) {
      await eventually(async () => expect(await readiness(name)).toMatchObject({ status: 'ready' }), {
        describe: `${name} is ready again`,
        timeoutMs: 30_000,
      });
    }
  });
});
