import { z } from 'zod';
import { procedure, router } from './init.ts';

/** What an operator asks of every service alike: its dead letters and its outbox. */

export const pageSchema = z.object({
  limit: z.int().min(1).max(100).default(20),
  /** Opaque: the `nextCursor` of the page before. */
  cursor: z.string().max(200).nullish(),
});

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const deadLetterSchema = z.object({
  /** SHA-256 of topic, key, value and headers, in hex: one row per distinct message (rule O6). */
  id: z.string(),
  topic: z.string(),
  key: z.string().nullable(),
  cause: z.string(),
  count: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
});

export const deadLetterDetailSchema = deadLetterSchema.extend({
  /** The value as text where it is UTF-8, else in base64. */
  value: z.object({ encoding: z.enum(['utf8', 'base64']), data: z.string() }).nullable(),
  headers: z.record(z.string(), z.string()),
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
export type DeadLetterDetail = z.output<typeof deadLetterDetailSchema>;
export type OutboxStats = z.output<typeof outboxStatsSchema>;
export type PageRequest = z.output<typeof pageSchema>;
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export interface OperationsHandlers {
  readonly deadLetters: {
    list(input: PageRequest): Promise<Page<DeadLetter>>;
    /** null when there is none with that id. */
    byId(id: string): Promise<DeadLetterDetail | null>;
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
      .input(pageSchema)
      .output(page(deadLetterSchema))
      .query(({ input }) => handlers.deadLetters.list(input)),
    byId: procedure
      .input(z.object({ id: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex') }))
      .output(deadLetterDetailSchema.nullable())
      .query(({ input }) => handlers.deadLetters.byId(input.id)),
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
