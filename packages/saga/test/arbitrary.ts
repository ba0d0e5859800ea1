import fc from 'fast-check';
import { MINUTE, type PlaceOrderVariant } from './place-order.ts';

/** Random sagas: every placement, participants without tombstones or without ConfirmInventory, deadlines long and short. */
export const variants: fc.Arbitrary<PlaceOrderVariant> = fc.record({
  order: participant(),
  payment: participant(),
  inventory: fc.record({ placement: placement(), tombstones: fc.boolean(), lacks: lacks() }),
  deadlineMs: fc.constantFrom(1_000, 7_000, MINUTE, 15 * MINUTE),
});

export const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function participant() {
  return fc.record({ placement: placement(), tombstones: fc.boolean() });
}

function placement() {
  return fc.constantFrom('local' as const, 'kafka' as const);
}

function lacks() {
  return fc.constantFrom([], ['ConfirmInventory' as const]);
}
