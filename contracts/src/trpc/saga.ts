import { z } from 'zod';
import { COMMAND_TYPES } from '../messages/command.ts';
import { failureSchema, transitionSchema } from '../messages/event.ts';
import { moneySchema, SAGA_STATUSES, uuidSchema } from '../order.ts';
import { procedure, router } from './init.ts';
import { type Page, page, pageSchema } from './operations.ts';

/** The sagas of the order service over tRPC, for the gateway and for operators. */

export const STEP_STATES = [
  'pending',
  'running',
  'completed',
  'rejected',
  'undoing',
  'undone',
  'skipped',
] as const;

export const sagaStepSchema = z.object({
  name: z.string(),
  participant: z.string(),
  kind: z.enum(['compensatable', 'retriable']),
  state: z.enum(STEP_STATES),
  attempts: z.int(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  error: failureSchema.nullable(),
});

export const sagaSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  definition: z.string(),
  status: z.enum(SAGA_STATUSES),
  direction: z.enum(['forward', 'backward']),
  /** The step that is outstanding; null at the end. */
  currentStep: z.string().nullable(),
  steps: z.array(sagaStepSchema),
  failure: failureSchema.nullable(),
  /** Why an operator should look, and since when; null while all is well. */
  attention: z.object({ reason: z.string(), since: z.string() }).nullable(),
  /** The outstanding command: when it is sent again if nobody answers, and when the step's deadline is. */
  nextAttemptAt: z.string().nullable(),
  deadlineAt: z.string().nullable(),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type SagaView = z.output<typeof sagaSchema>;
export type SagaStepView = z.output<typeof sagaStepSchema>;

/** On the way from the orchestrator and back: instants by the clocks of different machines. */
const deliverySchema = z.object({
  commandPublishedAt: z.string(),
  commandReceivedAt: z.string(),
  /** The reply was recorded with the effect. */
  handledAt: z.string(),
  replyPublishedAt: z.string(),
  replyReceivedAt: z.string(),
});

/** One command of a saga, whatever came of it. */
export const sagaCommandSchema = z.object({
  id: z.string(),
  type: z.enum(COMMAND_TYPES),
  /** What the participant remembers it by. */
  idempotencyKey: z.string(),
  replyId: z.string(),
  step: z.string(),
  direction: z.enum(['forward', 'backward']),
  participant: z.string(),
  /** `local`: done in the orchestrator's own transaction, and no message was sent. */
  placement: z.enum(['local', 'kafka']),
  /** Recorded; it waits from here until it is sent. */
  recordedAt: z.string(),
  /** null while it waits for admission. */
  sentAt: z.string().nullable(),
  /** How often it was sent; null where that is no longer known. */
  attempts: z.int().nullable(),
  /** Answered, or given up; null while it is outstanding. */
  endedAt: z.string().nullable(),
  outcome: z.enum(['waiting', 'outstanding', 'succeeded', 'rejected', 'gave-up']),
  error: failureSchema.nullable(),
  /** null while nobody has answered, and where nobody noted it. */
  delivery: deliverySchema.nullable(),
});

export const sagaInspectionSchema = z.object({
  saga: sagaSchema,
  order: z.object({
    id: z.string(),
    customerId: z.string(),
    lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
    total: moneySchema,
    paymentMethod: z.string(),
  }),
  /** In the order in which they were issued. */
  commands: z.array(sagaCommandSchema),
  transitions: z.array(transitionSchema),
  /** Sagas in line before it; null when it does not wait for admission. */
  waitingBehind: z.int().nullable(),
  /** Whether the outstanding command still lies in the outbox: then nobody can have answered it. */
  isUnpublished: z.boolean(),
  traceparent: z.string().nullable(),
});

/** Of all sagas that have not ended. */
export const sagaStatsSchema = z.object({
  live: z.int(),
  /** In line, not admitted yet. */
  waiting: z.int(),
  needAttention: z.int(),
});

export type SagaCommandView = z.output<typeof sagaCommandSchema>;
export type SagaInspection = z.output<typeof sagaInspectionSchema>;
export type SagaStats = z.output<typeof sagaStatsSchema>;

const sagasListInput = pageSchema.extend({
  status: z.union([z.enum(SAGA_STATUSES), z.array(z.enum(SAGA_STATUSES))]).optional(),
  needsAttention: z.boolean().optional(),
  customerId: uuidSchema.optional(),
});
const historyInput = z.object({
  sagaId: uuidSchema,
  /** Only transitions with a greater `seq`. */
  afterSeq: z.int().min(0).default(0),
});
export type SagasListInput = z.output<typeof sagasListInput>;

export interface SagaHandlers {
  byId(id: string): Promise<SagaView | null>;
  /** In the order of `ids`; null where there is none. */
  byIds(ids: readonly string[]): Promise<(SagaView | null)[]>;
  /** Newest first. */
  list(input: SagasListInput): Promise<Page<SagaView>>;
  history(input: z.output<typeof historyInput>): Promise<z.output<typeof transitionSchema>[]>;
  /** All that the orchestrator knows of a saga, by its own id or its order's. */
  inspect(id: string): Promise<SagaInspection | null>;
  stats(): Promise<SagaStats>;
}

const idInput = z.object({ id: uuidSchema });

export const sagasRouter = (handlers: SagaHandlers) =>
  router({
    byId: procedure
      .input(idInput)
      .output(sagaSchema.nullable())
      .query(({ input }) => handlers.byId(input.id)),
    byIds: procedure
      .input(z.object({ ids: z.array(uuidSchema).max(100) }))
      .output(z.array(sagaSchema.nullable()))
      .query(({ input }) => handlers.byIds(input.ids)),
    list: procedure
      .input(sagasListInput)
      .output(page(sagaSchema))
      .query(({ input }) => handlers.list(input)),
    history: procedure
      .input(historyInput)
      .output(z.array(transitionSchema))
      .query(({ input }) => handlers.history(input)),
    inspect: procedure
      .input(idInput)
      .output(sagaInspectionSchema.nullable())
      .query(({ input }) => handlers.inspect(input.id)),
    stats: procedure.output(sagaStatsSchema).query(() => handlers.stats()),
  });
