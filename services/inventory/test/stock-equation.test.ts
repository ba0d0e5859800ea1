import type { InventoryCommand } from '@order-saga/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inventoryDecider } from '../src/commands/inventory-decider.ts';
import type { InventoryMessage } from '../src/commands/inventory-message.ts';
import type { InventoryState } from '../src/stock/inventory-state.ts';
import { aCommand, CUP, GRINDER, HORIZON_MS, line, NOW, POT, rows, UNKNOWN_PRODUCT } from './given.ts';

const PRODUCTS = [CUP, POT, GRINDER];
const SAGAS = [1, 2, 3, 4].map((n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`);
const ORDERS = [1, 2, 3].map((n) => `bbbbbbbb-0000-4000-8000-00000000000${n}`);

const aLine = fc
  .tuple(fc.constantFrom(...PRODUCTS, UNKNOWN_PRODUCT), fc.integer({ min: 1, max: 6 }))
  .map(([productId, quantity]) => line(productId, quantity));

const anInventoryCommand: fc.Arbitrary<InventoryMessage> = fc
  .record({
    type: fc.constantFrom<InventoryCommand['type'][]>(
      'ReserveInventory',
      'CompensateInventory',
      'ConfirmInventory',
    ),
    sagaId: fc.constantFrom(...SAGAS),
    orderId: fc.constantFrom(...ORDERS),
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 3, selector: ({ productId }) => productId }),
    epoch: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ type, ...about }) => ({ kind: 'command', command: aCommand(type, about), traceparent: undefined }));

const aRestock: fc.Arbitrary<InventoryMessage> = fc
  .record({
    key: fc.constantFrom('one', 'two', 'three'),
    productId: fc.constantFrom(...PRODUCTS),
    delta: fc.integer({ min: -8, max: 8 }),
  })
  .map((input) => ({ kind: 'restock', input }));

const initial: Readonly<Record<string, { readonly available: number }>> = {
  [CUP]: { available: 10 },
  [POT]: { available: 4 },
  [GRINDER]: { available: 0 },
};

/** Invariant 4 of one product, with what its reservations say. */
function expectEquation(state: InventoryState, productId: string, restocked: number): void {
  const stock = state.stock.get(productId);
  if (!stock) throw new Error(`no stock of ${productId}`);
  const { available, reserved, sold } = stock;
  expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
  expect(available + reserved + sold).toBe((initial[productId]?.available ?? 0) + restocked);
  const held = (status: string) =>
    ORDERS.flatMap((orderId) => {
      const reservation = state.reservations.get(orderId);
      return reservation?.status === status ? reservation.lines : [];
    })
      .filter((each) => each.productId === productId)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  expect(reserved).toBe(held('reserved'));
  expect(sold).toBe(held('confirmed'));
}

function expectOneReservationPerSaga(state: InventoryState): void {
  const ids = ORDERS.flatMap((orderId) => state.reservations.get(orderId)?.id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
}

test('whatever comes in whatever order, every product has what was put in: available, reserved or sold', () => {
  const decider = inventoryDecider({ horizonMs: HORIZON_MS });
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 5, arbitrary: anInventoryCommand }, aRestock), { maxLength: 60 }),
      (messages) => {
        const state = rows({ stock: initial });
        const restocked: Record<string, number> = {};
        const turn = { now: NOW, generation: SAGAS[0] as string, jitter: 0, isLastTry: false };
        for (const message of messages) {
          try {
            const answer = decider.decide(state, message, turn);
            state.accept();
            if (answer.kind === 'restock' && answer.decision.kind === 'applied') {
              const { productId, delta } = answer.decision.restock;
              restocked[productId] = (restocked[productId] ?? 0) + delta;
            }
          } catch (error) {
            // Dead letters of other sagas are the only ones, and leave nothing behind.
            expect(error).toMatchObject({ code: expect.stringMatching(/OF_ANOTHER_(SAGA|COMMAND)$/) });
            state.discard();
          }
          expectOneReservationPerSaga(state);
          for (const productId of PRODUCTS) expectEquation(state, productId, restocked[productId] ?? 0);
        }
      },
    ),
    { numRuns: 300 },
  );
});
