import { initTRPC, TRPCError } from '@trpc/server';
import { isRequestError, REQUEST_ERRORS } from '../errors.ts';

/** What every procedure is called with. `authorized`: the caller sent the service's bearer token. */
export interface ServiceContext {
  readonly authorized: boolean;
  readonly traceparent: string | undefined;
  /** Who acts, by the caller's own account: all operators share the token. Absent: it did not say. */
  readonly operator?: string | undefined;
}

const t = initTRPC.context<ServiceContext>().create({
  errorFormatter({ shape, error }) {
    const cause = error.cause;
    const { stack: _internal, ...data } = shape.data;
    if (isRequestError(cause)) {
      const { code: reason, field = null, retryAfterS = null } = cause;
      return { ...shape, data: { ...data, reason, field, retryAfterS } };
    }
    const masked = error.code === 'INTERNAL_SERVER_ERROR';
    return {
      ...shape,
      message: masked ? 'internal fault: see the log of the service' : shape.message,
      data: { ...data, reason: masked ? 'INTERNAL' : error.code, field: null, retryAfterS: null },
    };
  },
});

const authorized = t.middleware(({ ctx, next }) => {
  if (ctx.authorized) return next();
  throw new TRPCError({
    code: 'UNAUTHORIZED',
    message: 'a bearer token is missing or wrong: send "Authorization: Bearer <admin token>"',
  });
});

const refusals = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok || !isRequestError(result.error.cause)) return result;
  const { cause } = result.error;
  throw new TRPCError({ code: REQUEST_ERRORS[cause.code], message: cause.message, cause });
});

export const router = t.router;
/** Whoever reaches a port can administer nothing: every procedure asks for the service's token. */
export const procedure = t.procedure.use(authorized).use(refusals);
