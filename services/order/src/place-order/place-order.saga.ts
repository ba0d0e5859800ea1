import {
  DEFAULT_STEP_DEADLINE_MS,
  DEFAULT_TIMING,
  defineSaga,
  type SagaDefinition,
  type Timing,
} from '@order-saga/saga';

/** The saga of an order: read it from top to bottom, and back up again where something is refused. */

export interface PlaceOrderOptions {
  /** Where the order steps run: in the orchestrator's own transaction, or over Kafka as the seed has it. */
  readonly orderPlacement: 'local' | 'kafka';
  /** A participant as the seed wrote it: no ConfirmInventory, no tombstones, one line per order. */
  readonly seedPayment?: boolean;
  readonly seedInventory?: boolean;
  readonly stepDeadlineMs?: number;
  readonly timing?: Timing;
}

export function placeOrderSaga(options: PlaceOrderOptions): SagaDefinition {
  const deadlineMs = options.stepDeadlineMs ?? DEFAULT_STEP_DEADLINE_MS;
  return defineSaga({
    name: 'place-order',
    version: 1,
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
      // The pivot lies here: the stock is reserved and the money captured, so from now on there is only forward.
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
    participants: {
      order: { placement: options.orderPlacement, tombstones: true },
      payment: { placement: 'kafka', tombstones: !options.seedPayment },
      inventory: {
        placement: 'kafka',
        tombstones: !options.seedInventory,
        lacks: options.seedInventory ? ['ConfirmInventory'] : [],
      },
    },
    timing: options.timing ?? DEFAULT_TIMING,
  });
}

/** The seed's participants read one product and one quantity (rule: such orders are refused at the door with 422). */
export const takesOneLineOnly = (options: PlaceOrderOptions): boolean =>
  options.seedPayment === true || options.seedInventory === true;
