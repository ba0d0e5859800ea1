import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import {
  ask,
  CUP,
  GRINDER,
  getOrder,
  newId,
  ordered,
  outcomeOf,
  POT,
  place,
  readOrder,
  setAvailable,
  stockOf,
  UNKNOWN_PRODUCT,
  versionsOf,
  Watch,
  type WholeSystem,
} from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

describeWithKafka('an order', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    for (const product of [CUP, POT, GRINDER]) await setAvailable(system, product, 30);
  });
  keepInvariants(() => system);

  test('that was answered can be read at once, through every door; approved, it is seen to be paid', async () => {
    const { id } = await ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod: 'TEST_APPROVE',
    });
    const [byId, listed, byRest] = await Promise.all([
      readOrder(system, id),
      ask<{ orders: { edges: { node: { id: string } }[] } }>(
        system,
        '{ orders(first: 1) { edges { node { id } } } }',
      ),
      getOrder(system, id),
    ]);
    expect([byId.id, listed.orders.edges[0]?.node.id, byRest.order_id]).toEqual([id, id, id]);

    const watch = new Watch(system, id, 0);
    await watch.until(({ orderStatus }) => orderStatus === 'APPROVED');
    const { status, payment, total } = await readOrder(system, id);
    expect({ status, captured: payment?.captured }).toEqual({ status: 'APPROVED', captured: total });
    await watch.rest();
  });

  test('that is paid and in stock ends approved, its money captured and its stock sold', async () => {
    const before = await stockOf(system, CUP);
    const { id, total } = await ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 2 }],
      expectedTotal: { amount: '29.98', currencyCode: 'USD' },
    });
    const course = await new Watch(system, id, 0).rest();
    expect(course.at(-1)).toMatchObject({ orderStatus: 'APPROVED', sagaStatus: 'COMPLETED', failure: null });
    expect(versionsOf(course)).toEqual(course.map((_, index) => index + 1));
    expect(course.map(({ step }) => step)).toEqual([
      null,
      'CreateOrder',
      'ProcessPayment',
      'ReserveInventory',
      'ApproveOrder',
      'ConfirmInventory',
    ]);
    expect(await readOrder(system, id)).toMatchObject({
      status: 'APPROVED',
      version: 6,
      failure: null,
      payment: { status: 'PROCESSED', captured: total, refunded: { amount: '0.00' } },
      saga: { status: 'COMPLETED', currentStep: null },
    });
    expect(await stockOf(system, CUP)).toEqual({
      available: before.available - 2,
      reserved: before.reserved,
      sold: before.sold + 2,
    });
  });

  test('whose payment is declined ends cancelled, and nothing was captured', async () => {
    const before = await stockOf(system, CUP);
    const { id } = await ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod: 'TEST_DECLINE',
    });
    const course = await new Watch(system, id, 0).rest();
    expect(course.at(-1)).toMatchObject({ orderStatus: 'CANCELLED', sagaStatus: 'COMPENSATED' });
    expect(course.map(({ kind }) => kind)).not.toContain('STEP_TIMED_OUT');
    expect(await readOrder(system, id)).toMatchObject({
      status: 'CANCELLED',
      failure: { code: 'PAYMENT_DECLINED' },
      payment: { status: 'DECLINED', captured: { amount: '0.00' }, declineCode: 'INSUFFICIENT_FUNDS' },
    });
    expect(await stockOf(system, CUP)).toEqual(before);
  });

  test('of a product that nobody knows is paid, refunded and cancelled', async () => {
    const order = { customer_id: newId(), product_id: UNKNOWN_PRODUCT, quantity: 1, total_amount: 199.99 };
    const { order_id } = await place(system, order);
    expect(await outcomeOf(system, order_id)).toMatchObject({
      status: 'cancelled',
      failure_code: 'PRODUCT_NOT_FOUND',
    });
    expect(await readOrder(system, order_id)).toMatchObject({
      payment: { status: 'REFUNDED', captured: { amount: '199.99' }, refunded: { amount: '199.99' } },
    });
  });

  test('of more than there is ends cancelled and refunded, and takes no stock', async () => {
    await setAvailable(system, GRINDER, 3);
    const before = await stockOf(system, GRINDER);
    const { id, total } = await ordered(system, {
      idempotencyKey: newId(),
      lines: [{ productId: GRINDER, quantity: 4 }],
    });
    await new Watch(system, id).rest();
    expect(await readOrder(system, id)).toMatchObject({
      status: 'CANCELLED',
      failure: { code: 'INSUFFICIENT_INVENTORY' },
      payment: { status: 'REFUNDED', captured: total, refunded: total },
    });
    expect(await stockOf(system, GRINDER)).toEqual(before);
  });

  test('of several products in yen is reserved as a whole', async () => {
    const before = await Promise.all([stockOf(system, CUP), stockOf(system, POT)]);
    const { id, total, lines } = await ordered(system, {
      idempotencyKey: newId(),
      lines: [
        { productId: CUP, quantity: 1 },
        { productId: POT, quantity: 2 },
        { productId: CUP, quantity: 1 },
      ],
      currency: 'JPY',
    });
    expect(total).toEqual({ amount: '16200', currencyCode: 'JPY' });
    expect(lines).toHaveLength(2);
    await new Watch(system, id).rest();
    expect(await readOrder(system, id)).toMatchObject({
      status: 'APPROVED',
      payment: { captured: { amount: '16200', currencyCode: 'JPY' } },
    });
    const after = await Promise.all([stockOf(system, CUP), stockOf(system, POT)]);
    expect(after.map(({ sold }, index) => sold - (before[index]?.sold ?? 0))).toEqual([2, 2]);
  });

  test('of several products, one of which is short, takes none of them', async () => {
    await setAvailable(system, GRINDER, 1);
    const before = await Promise.all([stockOf(system, CUP), stockOf(system, GRINDER)]);
    const items = [
      { product_id: CUP, quantity: 1 },
      { product_id: GRINDER, quantity: 2 },
    ];
    const { order_id } = await place(system, {
      customer_id: newId(),
      items,
      total_amount: '214.97',
      currency: 'EUR',
    });
    expect(await outcomeOf(system, order_id)).toMatchObject({
      status: 'cancelled',
      items,
      total_amount: '214.97',
      currency: 'EUR',
    });
    await expectInvariants(system);
    expect(await Promise.all([stockOf(system, CUP), stockOf(system, GRINDER)])).toEqual(before);
  });

  test('can be waited for: the answer comes when it has ended, and not before', async () => {
    const { order_id } = await place(system, {
      customer_id: newId(),
      product_id: CUP,
      quantity: 1,
      total_amount: '14.99',
      payment_method: 'test_late',
    });
    expect(await getOrder(system, order_id)).toMatchObject({ status: 'created', failure_reason: null });
    expect(await getOrder(system, order_id, '10ms')).toMatchObject({ status: 'created' });
    const startedAt = performance.now();
    expect(await getOrder(system, order_id, '10s')).toMatchObject({ status: 'approved' });
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  });
});
