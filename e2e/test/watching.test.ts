import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import {
  CUP,
  endAndAwaitSuccessor,
  type GraphqlOrder,
  newId,
  ordered,
  place,
  setAvailable,
  type Update,
  versionsOf,
  Watch,
  type WholeSystem,
  whileFrozen,
} from '../src/index.ts';
import { keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

describeWithKafka('the live course of an order', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 50);
  });
  keepInvariants(() => system);

  const order = (paymentMethod: string): Promise<GraphqlOrder> =>
    ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod,
    });

  test('opened before anything was done for it begins with its acceptance and misses nothing', async () => {
    const { watch, first } = await whileFrozen(system, 'payment', async () => {
      const { order_id } = await place(system, {
        customer_id: newId(),
        product_id: CUP,
        quantity: 1,
        total_amount: 14.99,
      });
      const watch = new Watch(system, order_id);
      // Payment stands still: what the stream begins with is all there is.
      return { watch, first: await watch.next() };
    });
    expect(first).toMatchObject({
      version: 2,
      orderStatus: 'CREATED',
      sagaStatus: 'IN_PROGRESS',
      currentStep: 'ProcessPayment',
    });
    const rest = await watch.rest();
    expect(versionsOf(rest)).toEqual([3, 4, 5, 6]);
    expect(rest.at(-1)).toMatchObject({ sagaStatus: 'COMPLETED', currentStep: null });
  });

  test('of an order that does not exist is an error that says so', async () => {
    await expect(new Watch(system, newId()).next()).rejects.toMatchObject({
      cause: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test('opened while it runs tells the present state, then every change, and completes', async () => {
    const { id } = await order('TEST_LATE');
    const fromStart = new Watch(system, id, 0);
    const isCreated = ({ version }: Update) => version === 2;
    expect(versionsOf(await fromStart.until(isCreated))).toEqual([1, 2]);
    const fromNow = new Watch(system, id);
    expect(await fromNow.next()).toMatchObject({ version: 2, currentStep: 'ProcessPayment' });
    expect(versionsOf(await fromStart.rest())).toEqual([3, 4, 5, 6]);
    expect(versionsOf(await fromNow.rest())).toEqual([3, 4, 5, 6]);
  });

  test('opened after the end tells the end once; with a version, all that came after it', async () => {
    const { id } = await order('TEST_DECLINE');
    const whole = await new Watch(system, id, 0).rest();
    const versions = versionsOf(whole);
    const end = versions.length;
    expect(versions).toEqual(whole.map((_, index) => index + 1));
    expect(whole.at(-1)).toMatchObject({
      orderStatus: 'CANCELLED',
      sagaStatus: 'COMPENSATED',
      failure: { code: 'PAYMENT_DECLINED' },
    });

    expect(versionsOf(await new Watch(system, id).rest())).toEqual([end]);
    expect(await new Watch(system, id, 0).rest()).toEqual(whole);
    expect(await new Watch(system, id, 2).rest()).toEqual(whole.slice(2));
    expect(await new Watch(system, id, end).rest()).toEqual([]);
  });

  test('goes on where it broke off when the gateway was killed', async () => {
    const { id } = await order('TEST_LATE');
    const broken = new Watch(system, id, 0);
    const seen = await broken.until(({ version }) => version === 2);
    const cut = broken.rest();
    const noticed = expect(cut).rejects.toBeDefined();
    await endAndAwaitSuccessor(system, 'gateway', 'SIGKILL');
    await noticed;
    const resumed = await new Watch(system, id, 2).rest();
    expect(versionsOf([...seen, ...resumed])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is the same for fifty who watch one order at once', async () => {
    const { id } = await order('TEST_LATE');
    const courses = await Promise.all(
      Array.from({ length: 50 }, () => new Watch(system, id, 0).rest().then(versionsOf)),
    );
    for (const versions of courses) expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
