import { z } from 'zod';
import { ORDER_STATUSES, SAGA_STATUSES, uuidSchema } from '../order.ts';
import type { OrderPayload } from './command.ts';
import { encodeOrderPayload } from './command.ts';

/** Domain events. Key: order id. They tell; no step of the saga depends on one (rule P8). */

export const TRANSITION_KINDS = [
  'SagaStarted',
  'StepCompleted',
  'StepRejected',
  'StepTimedOut',
  'CancelRequested',
  'StepUndone',
] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/** Why a saga compensates. `code` is UPPER_SNAKE and stable; `message` is for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** One entry of a saga's history, complete enough to show to a client without any other. */
export interface SagaTransition {
  /** 1, 2, 3 … without a gap, per saga. It is the order's `version` in every API (rule E4). */
  readonly seq: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: TransitionKind;
  /** The step it is about; null for SagaStarted and CancelRequested. */
  readonly step: string | null;
  readonly sagaStatus: (typeof SAGA_STATUSES)[number];
  readonly orderStatus: (typeof ORDER_STATUSES)[number];
  /** The step that is outstanding after this transition; null at the end. */
  readonly currentStep: string | null;
  readonly failure: Failure | null;
}

export const failureSchema = z.object({ code: z.string(), message: z.string() });

export const transitionSchema = z.object({
  seq: z.int().positive(),
  at: z.string(),
  kind: z.enum(TRANSITION_KINDS),
  step: z.string().nullable(),
  sagaStatus: z.enum(SAGA_STATUSES),
  orderStatus: z.enum(ORDER_STATUSES),
  currentStep: z.string().nullable(),
  failure: failureSchema.nullable(),
});

/** The first three are the seed's domain events; a turn that did not move the order tells SagaProgressed. */
export const ORDER_EVENT_TYPES = [
  'OrderCreated',
  'OrderApproved',
  'OrderCancelled',
  'SagaProgressed',
] as const;
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number];

/** On `order-events`: what one turn did to one saga, its transitions in order (rule E4). */
export interface OrderEvent {
  readonly id: string;
  readonly type: OrderEventType;
  readonly order: OrderPayload;
  readonly sagaId: string;
  readonly transitions: readonly SagaTransition[];
}

/** The value begins with the seed's OrderCreated payload, so that its consumers read it unchanged. */
export function encodeOrderEvent(event: OrderEvent): string {
  return JSON.stringify({
    ...encodeOrderPayload(event.order),
    event_id: event.id,
    event_type: event.type,
    saga_id: event.sagaId,
    transitions: event.transitions,
  });
}

/** What a reader of `order-events` needs; the order itself is there too, for readers that want it. */
export const orderEventSchema = z
  .object({
    event_id: uuidSchema,
    event_type: z.enum(ORDER_EVENT_TYPES),
    order_id: uuidSchema,
    customer_id: uuidSchema,
    saga_id: uuidSchema,
    transitions: z.array(transitionSchema),
  })
  .transform((wire) => ({
    id: wire.event_id,
    type: wire.event_type,
    orderId: wire.order_id,
    customerId: wire.customer_id,
    sagaId: wire.saga_id,
    transitions: wire.transitions as readonly SagaTransition[],
  }));
export type OrderEventHint = z.output<typeof orderEventSchema>;

export type PaymentEventType = 'PaymentProcessed' | 'PaymentDeclined' | 'PaymentRefunded';
export type InventoryEventType = 'InventoryReserved' | 'InventoryReleased' | 'InventoryConfirmed';

/** On `payment-events` and `inventory-events`. */
export interface ParticipantEvent {
  readonly id: string;
  readonly type: PaymentEventType | InventoryEventType;
  readonly orderId: string;
  readonly sagaId: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const encodeParticipantEvent = (event: ParticipantEvent): string =>
  JSON.stringify({
    event_id: event.id,
    event_type: event.type,
    order_id: event.orderId,
    saga_id: event.sagaId,
    at: event.at,
    ...event.data,
  });
