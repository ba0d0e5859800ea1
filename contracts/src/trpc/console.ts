import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { isRequestError, REQUEST_ERRORS } from '../errors.ts';
import { SAGA_STATUSES, uuidSchema } from '../order.ts';
import { reservationSchema } from './inventory.ts';
import {
  deadLetterDetailSchema,
  deadLetterSchema,
  outboxStatsSchema,
  type Page,
  page,
  pageSchema,
  processedCommandSchema,
} from './operations.ts';
import { paymentSchema } from './payment.ts';
import { sagaInspectionSchema, sagaSchema, sagaStatsSchema } from './saga.ts';

/**
 * What the console asks of the gateway: facts for operators and support, which have no place in the public schema. It
 * only asks; everything that changes something is the services' own. The gateway fans out to them with its credential.
 */

/** Who asks: `support` may see everything, a customer nothing here, and of a stranger nothing is known. */
export interface ConsoleContext {
  readonly caller: 'support' | 'customer' | 'stranger';
}

const t = initTRPC.context<ConsoleContext>().create({
  errorFormatter({ shape }) {
    const { stack: _internal, ...data } = shape.data;
    return { ...shape, data };
  },
});

const supportOnly = t.middleware(async ({ ctx, next }) => {
  if (ctx.caller === 'stranger') {
    throw new TRPCError({
      code: 'UNAUTHORIZED',
      message: 'The console wants to know who asks: send a token.',
    });
  }
  if (ctx.caller === 'customer') {
    throw new TRPCError({ code: 'FORBIDDEN', message: 'The console is for the role support.' });
  }
  const result = await next();
  if (result.ok) return result;
  const { cause, code } = result.error;
  if (isRequestError(cause)) {
    throw new TRPCError({ code: REQUEST_ERRORS[cause.code], message: cause.message, cause });
  }
  if (code !== 'INTERNAL_SERVER_ERROR') return result;
  throw new TRPCError({ code, message: 'Something went wrong on our side. It has been recorded.', cause });
});

const procedure = t.procedure.use(supportOnly);

export const CONSOLE_SERVICES = ['order', 'payment', 'inventory'] as const;
export type ConsoleService = (typeof CONSOLE_SERVICES)[number];
const serviceName = z.enum(CONSOLE_SERVICES);

const partSchema = z.object({ name: z.string(), ok: z.boolean(), reason: z.string().nullable() });

export const overviewSchema = z.object({
  services: z.array(
    z.object({
      name: z.enum([...CONSOLE_SERVICES, 'gateway']),
      /** `unreachable`: it did not answer; then nothing else is known. */
      status: z.enum(['ready', 'degraded', 'unready', 'unreachable']),
      parts: z.array(partSchema),
      outbox: outboxStatsSchema.nullable(),
    }),
  ),
  sagas: sagaStatsSchema.nullable(),
});
export type Overview = z.output<typeof overviewSchema>;

export const sagaCaseSchema = sagaInspectionSchema.extend({
  /** By idempotency key, what the participant remembers; absent where it could not be asked. */
  memories: z.record(z.string(), processedCommandSchema.nullable()),
  payment: paymentSchema.nullable(),
  reservation: reservationSchema.nullable(),
  /** Services that did not answer: what they would have told is missing, not false. */
  missing: z.array(z.object({ service: serviceName, reason: z.string() })),
});
/** One saga with all that anybody knows of it. */
export type SagaCase = z.output<typeof sagaCaseSchema>;

export const sampleSchema = z.object({
  /** Milliseconds since 1970: the end of the time it is about. */
  at: z.number(),
  /** Sagas that ended, per second, by status. */
  ended: z.record(z.enum(['Completed', 'Compensated', 'Failed']), z.number()),
  /** From command to accepted reply, in milliseconds, over the answers of this time; absent for a step without any. */
  steps: z.record(z.string(), z.object({ count: z.int(), p50: z.number(), p99: z.number() })),
  /** The longest way of a message from publishing to taking, in milliseconds; null where the service did not answer. */
  deliveryLagMs: z.record(serviceName, z.number().nullable()),
  /** Age of the oldest message that is not published, in milliseconds: 0 for an empty outbox, null without an answer. */
  outboxAgeMs: z.record(serviceName, z.number().nullable()),
  /** Messages parked, per second, by service. */
  deadLetters: z.record(serviceName, z.number()),
});
export type Sample = z.output<typeof sampleSchema>;

const chartsSchema = z.object({ everyMs: z.number(), samples: z.array(sampleSchema) });

const deadLetterOfService = deadLetterSchema.extend({ service: serviceName });
export type ConsoleDeadLetter = z.output<typeof deadLetterOfService>;

const sagasInput = pageSchema.extend({
  status: z.array(z.enum(SAGA_STATUSES)).optional(),
  needsAttention: z.boolean().optional(),
  customerId: uuidSchema.optional(),
});

export interface ConsoleHandlers {
  overview(): Promise<Overview>;
  readonly sagas: {
    list(input: z.output<typeof sagasInput>): Promise<Page<z.output<typeof sagaSchema>>>;
    byIds(ids: readonly string[]): Promise<(z.output<typeof sagaSchema> | null)[]>;
    byId(id: string): Promise<SagaCase | null>;
  };
  readonly deadLetters: {
    list(input: z.output<typeof pageSchema> & { service: ConsoleService }): Promise<Page<ConsoleDeadLetter>>;
    byId(input: {
      service: ConsoleService;
      id: string;
    }): Promise<z.output<typeof deadLetterDetailSchema> | null>;
  };
  /** Samples after that time, oldest first; all there are without one. */
  charts(after: number): { readonly everyMs: number; readonly samples: readonly Sample[] };
}

export const createConsoleRouter = (handlers: ConsoleHandlers) =>
  t.router({
    overview: procedure.output(overviewSchema).query(() => handlers.overview()),
    sagas: t.router({
      list: procedure
        .input(sagasInput)
        .output(page(sagaSchema))
        .query(({ input }) => handlers.sagas.list(input)),
      byIds: procedure
        .input(z.object({ ids: z.array(uuidSchema).max(100) }))
        .output(z.array(sagaSchema.nullable()))
        .query(({ input }) => handlers.sagas.byIds(input.ids)),
      /** By the saga's id, or its order's. */
      byId: procedure
        .input(z.object({ id: uuidSchema }))
        .output(sagaCaseSchema.nullable())
        .query(({ input }) => handlers.sagas.byId(input.id)),
    }),
    deadLetters: t.router({
      list: procedure
        .input(pageSchema.extend({ service: serviceName }))
        .output(page(deadLetterOfService))
        .query(({ input }) => handlers.deadLetters.list(input)),
      byId: procedure
        .input(z.object({ service: serviceName, id: z.string().regex(/^[0-9a-f]{64}$/) }))
        .output(deadLetterDetailSchema.nullable())
        .query(({ input }) => handlers.deadLetters.byId(input)),
    }),
    charts: procedure
      .input(z.object({ after: z.number().default(0) }))
      .output(chartsSchema)
      .query(({ input }) => {
        const { everyMs, samples } = handlers.charts(input.after);
        return { everyMs, samples: [...samples] };
      }),
  });

export type ConsoleRouter = ReturnType<typeof createConsoleRouter>;
