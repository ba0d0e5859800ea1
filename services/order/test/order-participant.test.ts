import type { OrderCommand } from '@order-saga/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEXT_ORDER_STATUSES, type Order, STORED_ORDER_STATUSES } from '../src/orders/order.ts';
import { decideOrderCommand, type OrderOutcome } from '../src/orders/order-participant.ts';

const SAGA = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER_SAGA = 'aaaaaaaa-0000-4000-8000-000000000002';
const ORDER_ID = 'bbbbbbbb-0000-4000-8000-000000000001';
const TYPES = ['CreateOrder', 'ApproveOrder', 'CancelOrder'] as const;

const command = (type: OrderCommand['type'], sagaId = SAGA): OrderCommand => ({
  id: 'cccccccc-0000-4000-8000-000000000001',
  sagaId,
  type,
  payload: {
    orderId: ORDER_ID,
    customerId: 'dddddddd-0000-4000-8000-000000000001',
    lines: [{ productId: '11111111-1111-1111-1111-111111111111', quantity: 2 }],
    total: { minor: 9_999, currency: 'USD' },
    paymentMethod: 'credit_card',
  },
  idempotencyKey: 'key',
  createdAt: '2026-01-01T00:00:00.000Z',
});

function orderIn(status: Order['status']): Order {
  const created = decideOrderCommand(undefined, command('CreateOrder'), 'ours') as { order: Order };
  return { ...created.order, status };
}

/** What became of it: the status written, `=` for none, or why not. */
function told(outcome: OrderOutcome): string {
  switch (outcome.kind) {
    case 'succeeded':
      return outcome.order ? `Success, ${outcome.order.status}` : 'Success, nothing written';
    case 'rejected':
      return `Failed ${outcome.code}`;
    case 'unanswered':
      return 'no answer';
    default:
      return outcome satisfies never;
  }
}

describe('the order participant', () => {
  it.each([
    ['CreateOrder', null, 'Success, created'],
    ['CreateOrder', 'created', 'Success, nothing written'],
    ['CreateOrder', 'approved', 'Success, nothing written'],
    ['CreateOrder', 'cancelled', 'Failed ORDER_CANCELLED'],
    ['ApproveOrder', null, 'no answer'],
    ['ApproveOrder', 'created', 'Success, approved'],
    ['ApproveOrder', 'approved', 'Success, nothing written'],
    ['ApproveOrder', 'cancelled', 'no answer'],
    ['CancelOrder', null, 'Success, cancelled'],
    ['CancelOrder', 'created', 'Success, cancelled'],
    ['CancelOrder', 'approved', 'no answer'],
    ['CancelOrder', 'cancelled', 'Success, nothing written'],
  ] as const)("%s of the order's own saga, where it is %s: %s", (type, status, expected) => {
    const order = status === null ? undefined : orderIn(status);
    expect(told(decideOrderCommand(order, command(type), 'ours'))).toBe(expected);
  });

  it.each(STORED_ORDER_STATUSES)(
    "another saga's commands never move an order that is %s (rule P5)",
    (status) => {
      const order = orderIn(status);
      expect(told(decideOrderCommand(order, command('CreateOrder', OTHER_SAGA), 'foreign'))).toBe(
        'Failed ORDER_OF_ANOTHER_SAGA',
      );
      expect(told(decideOrderCommand(order, command('CancelOrder', OTHER_SAGA), 'foreign'))).toBe(
        'Success, nothing written',
      );
      expect(() => decideOrderCommand(order, command('ApproveOrder', OTHER_SAGA), 'foreign')).toThrow(
        expect.objectContaining({ code: 'ORDER_OF_ANOTHER_SAGA' }),
      );
    },
  );

  it("seed defect 45: an accepted order is its saga's before it is created (rules P1 and P5)", () => {
    const foreign = (type: OrderCommand['type']) =>
      decideOrderCommand(undefined, command(type, OTHER_SAGA), 'foreign', SAGA);
    expect(told(foreign('CreateOrder'))).toBe('Failed ORDER_OF_ANOTHER_SAGA');
    expect(told(foreign('CancelOrder'))).toBe('Success, nothing written');
    expect(() => foreign('ApproveOrder')).toThrow();
    expect(told(decideOrderCommand(undefined, command('CreateOrder'), 'ours', SAGA))).toBe(
      'Success, created',
    );
  });

  it('a cancel before its creation leaves the very row that a late creation would insert (rule P1)', () => {
    const { order } = decideOrderCommand(undefined, command('CancelOrder'), 'ours') as { order: Order };
    expect(order).toMatchObject({ id: ORDER_ID, sagaId: SAGA, status: 'cancelled', origin: 'tombstone' });
    expect(told(decideOrderCommand(order, command('CreateOrder'), 'ours'))).toBe('Failed ORDER_CANCELLED');
  });

  it('whatever comes in whatever order, a status only moves along its table', () => {
    const aCommand = fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(SAGA, OTHER_SAGA));
    fc.assert(
      fc.property(fc.array(aCommand, { maxLength: 12 }), (commands) => {
        let order: Order | undefined;
        for (const [type, sagaId] of commands) {
          let outcome: OrderOutcome;
          try {
            outcome = decideOrderCommand(order, command(type, sagaId), 'foreign');
          } catch (error) {
            expect(error).toMatchObject({ code: 'ORDER_OF_ANOTHER_SAGA' });
            continue;
          }
          if (outcome.kind !== 'succeeded' || !outcome.order) continue;
          if (order) {
            const next: readonly string[] = NEXT_ORDER_STATUSES[order.status];
            expect(next).toContain(outcome.order.status);
            expect([sagaId, outcome.order.sagaId]).toEqual([order.sagaId, order.sagaId]);
          }
          order = outcome.order;
        }
      }),
    );
  });
});
