import { z } from 'zod';
import { isStorable } from '../order.ts';
import { procedure, router, type ServiceContext } from './init.ts';

/** What an operator asks of every service alike: its dead letters and its outbox. */

export const pageSchema = z.object({
  limit: z.int().min(1).max(100).default(20),
  /** Opaque: the `nextCursor` of the page before. */
  cursor: z.string().max(200).nullish(),
});

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** `parked`: nobody has acted yet. `redriving`: it is being handled once more. The other two are ends. */
export const DEAD_LETTER_STATES = ['parked', 'redriving', 'redriven', 'discarded'] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

export const DEAD_LETTER_VERBS = ['redrive', 'discard'] as const;
export type DeadLetterVerb = (typeof DEAD_LETTER_VERBS)[number];

/** How an act ended. `in-outbox`: it is one of ours, and goes to the broker again. */
export const DEAD_LETTER_OUTCOMES = ['handled', 'parked-again', 'in-outbox', 'discarded'] as const;
export type DeadLetterOutcome = (typeof DEAD_LETTER_OUTCOMES)[number];

export const deadLetterSchema = z.object({
  /** SHA-256 of topic, key, value and headers, in hex: one row per distinct message (rule O6). */
  id: z.string(),
  topic: z.string(),
  key: z.string().nullable(),
  cause: z.string(),
  state: z.enum(DEAD_LETTER_STATES),
  /** Raised by every change of `state`; an act names the one it was decided on. */
  version: z.int(),
  /** How often it came. */
  count: z.int(),
  /** How often its handling was tried, over all deliveries and redrives. */
  attempts: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
});

export const deadLetterActionSchema = z.object({
  verb: z.enum(DEAD_LETTER_VERBS),
  reason: z.string(),
  operator: z.string(),
  at: z.string(),
  /** null while a redrive is under way. */
  outcome: z.enum(DEAD_LETTER_OUTCOMES).nullable(),
  endedAt: z.string().nullable(),
});

export const deadLetterDetailSchema = deadLetterSchema.extend({
  /** What the cause found, for people. */
  detail: z.string(),
  /** The value as text where it is UTF-8, else in base64. */
  value: z.object({ encoding: z.enum(['utf8', 'base64']), data: z.string() }).nullable(),
  headers: z.record(z.string(), z.string()),
  /** What operators did with it, first to last. */
  actions: z.array(deadLetterActionSchema),
});

const letterId = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

const listInput = pageSchema.extend({
  /** Absent: whatever became of them. */
  state: z.enum(DEAD_LETTER_STATES).optional(),
  cause: z.string().max(200).optional(),
});

const actInput = z.object({
  id: letterId,
  reason: z.string().trim().min(1).max(500).refine(isStorable, 'must be Unicode text without U+0000'),
  /** CHANGED_MEANWHILE when it is another by now: of two operators one acts. */
  expectedVersion: z.int().positive(),
});

export const outboxStatsSchema = z.object({
  /** Rows committed and not yet acknowledged by the broker, or acknowledged and not yet deleted. */
  rows: z.int(),
  /** Age of the oldest row in milliseconds; null when there is none. */
  oldestAgeMs: z.number().nullable(),
});

/** What a participant did for a command, as it remembers it. */
export const processedCommandSchema = z.object({
  idempotencyKey: z.string(),
  commandId: z.string(),
  commandType: z.string(),
  /** `pending`: taken, and not answered yet. */
  outcome: z.enum(['pending', 'succeeded', 'failed']),
  /** The very text that was sent; null while pending, and after a purge. */
  reply: z.string().nullable(),
  processedAt: z.string(),
});

export type ProcessedCommandView = z.output<typeof processedCommandSchema>;
export type DeadLetter = z.output<typeof deadLetterSchema>;
export type DeadLetterAction = z.output<typeof deadLetterActionSchema>;
export type DeadLetterDetail = z.output<typeof deadLetterDetailSchema>;
export type OutboxStats = z.output<typeof outboxStatsSchema>;
export type DeadLetterListRequest = z.output<typeof listInput>;
export type DeadLetterAct = z.output<typeof actInput> & { readonly operator: string };
export type PageRequest = z.output<typeof pageSchema>;
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export interface OperationsHandlers {
  readonly deadLetters: {
    /** Latest first. */
    list(input: DeadLetterListRequest): Promise<Page<DeadLetter>>;
    /** null when there is none with that id. */
    byId(id: string): Promise<DeadLetterDetail | null>;
    /** Handles the message once more, as if it had just come; answers the letter as it is a few seconds later at the latest. */
    redrive(act: DeadLetterAct): Promise<DeadLetterDetail>;
    /** Sets the letter aside for good; it is kept until its retention ends. */
    discard(act: DeadLetterAct): Promise<DeadLetterDetail>;
  };
  readonly outbox: { stats(): Promise<OutboxStats> };
  readonly inbox: {
    /** In the order of `keys`; null for a command that never came. */
    byKeys(keys: readonly string[]): Promise<(ProcessedCommandView | null)[]>;
  };
}

export const operationsRouters = (handlers: OperationsHandlers) => ({
  deadLetters: router({
    list: procedure
      .input(listInput)
      .output(page(deadLetterSchema))
      .query(({ input }) => handlers.deadLetters.list(input)),
    byId: procedure
      .input(z.object({ id: letterId }))
      .output(deadLetterDetailSchema.nullable())
      .query(({ input }) => handlers.deadLetters.byId(input.id)),
    redrive: procedure
      .input(actInput)
      .output(deadLetterDetailSchema)
      .mutation(({ input, ctx }) => handlers.deadLetters.redrive({ ...input, operator: operatorOf(ctx) })),
    discard: procedure
      .input(actInput)
      .output(deadLetterDetailSchema)
      .mutation(({ input, ctx }) => handlers.deadLetters.discard({ ...input, operator: operatorOf(ctx) })),
  }),
  inbox: router({
    byKeys: procedure
      .input(z.object({ keys: z.array(z.string().max(255)).max(100) }))
      .output(z.array(processedCommandSchema.nullable()))
      .query(({ input }) => handlers.inbox.byKeys(input.keys)),
  }),
  outbox: router({
    stats: procedure.output(outboxStatsSchema).query(() => handlers.outbox.stats()),
  }),
});

const operatorOf = ({ operator }: ServiceContext): string => operator ?? 'whoever has the token';
