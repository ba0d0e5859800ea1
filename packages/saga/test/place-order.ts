import { defineSaga, type ParticipantDefinition, type SagaDefinition, type Timing } from '../src/index.ts';

/** The order saga's steps, with what the tests vary: where participants are placed and what they cannot do. */
export interface PlaceOrderVariant {
  readonly order?: Partial<ParticipantDefinition>;
  readonly payment?: Partial<ParticipantDefinition>;
  readonly inventory?: Partial<ParticipantDefinition>;
  readonly timing?: Partial<Timing>;
  readonly deadlineMs?: number;
}

export const SECOND = 1_000;
export const MINUTE = 60_000;

export function placeOrder(variant: PlaceOrderVariant = {}): SagaDefinition {
  const deadlineMs = variant.deadlineMs ?? 15 * MINUTE;
  return defineSaga({
    name: 'place-order',
    version: 1,
    timing: { attemptMs: 5 * SECOND, maxAttemptMs: MINUTE, attentionMs: MINUTE, ...variant.timing },
    participants: {
      order: { placement: 'local', tombstones: true, ...variant.order },
      payment: { placement: 'kafka', tombstones: true, ...variant.payment },
      inventory: { placement: 'kafka', tombstones: true, ...variant.inventory },
    },
    steps: [
      {
        name: 'CreateOrder',
        kind: 'compensatable',
        participant: 'order',
        action: 'CreateOrder',
        undo: 'CancelOrder',
        deadlineMs,
      },
      {
        name: 'ProcessPayment',
        kind: 'compensatable',
        participant: 'payment',
        action: 'ProcessPayment',
        undo: 'CompensatePayment',
        deadlineMs,
      },
      {
        name: 'ReserveInventory',
        kind: 'compensatable',
        participant: 'inventory',
        action: 'ReserveInventory',
        undo: 'CompensateInventory',
        deadlineMs,
      },
      { name: 'ApproveOrder', kind: 'retriable', participant: 'order', action: 'ApproveOrder', deadlineMs },
      {
        name: 'ConfirmInventory',
        kind: 'retriable',
        participant: 'inventory',
        action: 'ConfirmInventory',
        optional: true,
        deadlineMs,
      },
    ],
  });
}
