import { z } from 'zod';
import { uuidSchema } from '../order.ts';

/** A reply on the wire: the seed's JSON envelope; `error_code` is ours and machine-readable. */
export const REPLY_STATUSES = ['Success', 'Failed', 'Compensated'] as const;
export type ReplyStatus = (typeof REPLY_STATUSES)[number];

export interface Reply {
  readonly id: string;
  readonly commandId: string;
  readonly sagaId: string;
  readonly status: ReplyStatus;
  readonly result: unknown;
  /** For people; null unless Failed. */
  readonly error: string | null;
  /** UPPER_SNAKE; null unless Failed, and from a foreign participant. */
  readonly errorCode: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export const replySchema = z
  .object({
    id: uuidSchema,
    command_id: uuidSchema,
    saga_id: uuidSchema,
    status: z.enum(REPLY_STATUSES),
    result: z.unknown(),
    error: z.string().nullish(),
    error_code: z.string().max(64).nullish(),
    created_at: z.string().min(1).max(64),
  })
  .transform(
    (wire): Reply => ({
      id: wire.id,
      commandId: wire.command_id,
      sagaId: wire.saga_id,
      status: wire.status,
      result: wire.result ?? null,
      error: wire.error ?? null,
      errorCode: wire.error_code ?? null,
      createdAt: wire.created_at,
    }),
  );

/** The exact JSON text of a reply: stored once, and sent again to the letter for every redelivered command. */
export function encodeReply(reply: Reply): string {
  return JSON.stringify({
    id: reply.id,
    command_id: reply.commandId,
    saga_id: reply.sagaId,
    status: reply.status,
    result: reply.result,
    error: reply.error,
    ...(reply.errorCode === null ? {} : { error_code: reply.errorCode }),
    created_at: reply.createdAt,
  });
}

/** What each step's Success must carry to be believed (rule P7); a foreign participant's shape is read too. */
export const paymentResultSchema = z
  .object({ payment_id: uuidSchema.optional(), id: uuidSchema.optional(), order_id: uuidSchema.optional() })
  .refine((result) => result.payment_id ?? result.id, 'must name the payment')
  .transform((result) => ({ paymentId: (result.payment_id ?? result.id) as string }));

export const reservationResultSchema = z
  .object({ reserved: z.literal(true), reservation_id: uuidSchema.optional() })
  .transform((result) => ({ reservationId: result.reservation_id }));
