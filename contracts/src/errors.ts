import type { TRPCError } from '@trpc/server';

/** The codes that callers may act on. Each names one remedy; everything else is a masked INTERNAL fault. */
export const REQUEST_ERRORS = {
  INVALID_INPUT: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  IDEMPOTENCY_KEY_REUSED: 'CONFLICT',
  OVERLOADED: 'TOO_MANY_REQUESTS',
  UNSUPPORTED_ORDER: 'UNPROCESSABLE_CONTENT',
  CHANGED_MEANWHILE: 'CONFLICT',
  NOT_PARKED: 'PRECONDITION_FAILED',
  PAST_PIVOT: 'PRECONDITION_FAILED',
  RETRIED_ORDER_NOT_FOUND: 'PRECONDITION_FAILED',
  RETRIED_ORDER_NOT_CANCELLED: 'PRECONDITION_FAILED',
  ORDER_ALREADY_RETRIED: 'CONFLICT',
  STOCK_WOULD_BE_NEGATIVE: 'PRECONDITION_FAILED',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  UNAUTHORIZED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
} as const satisfies Record<string, TRPCError['code']>;

export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** A request that was refused: what was found, what was expected and what to do, in its message. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  /** The input field it is about, as a path; absent where it is about none. */
  readonly field: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(
    code: RequestErrorCode,
    message: string,
    options: { field?: string; retryAfterS?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.field = options.field;
    this.retryAfterS = options.retryAfterS;
  }
}

export const isRequestError = (error: unknown): error is RequestError =>
  error instanceof Error && 'code' in error && Object.hasOwn(REQUEST_ERRORS, String(error.code));
