import { isRequestError, type RequestErrorCode } from '@order-saga/contracts';
import { databaseAway, isDatabaseAway } from './database-away.ts';

/** What a failed request is answered with; `error` is for people, `code` and `field` for programs. */
export interface HttpFault {
  readonly status: number;
  readonly body: { readonly error: string; readonly code?: string; readonly field?: string };
  readonly retryAfterS?: number;
  /** True for our own faults: the cause goes into the log, not to the caller. */
  readonly isInternal: boolean;
}

const STATUS: Record<RequestErrorCode, number> = {
  INVALID_INPUT: 422,
  NOT_FOUND: 404,
  IDEMPOTENCY_KEY_REUSED: 409,
  OVERLOADED: 503,
  UNSUPPORTED_ORDER: 422,
  CHANGED_MEANWHILE: 409,
  NOT_PARKED: 409,
  PAST_PIVOT: 409,
  RETRIED_ORDER_NOT_FOUND: 409,
  RETRIED_ORDER_NOT_CANCELLED: 409,
  ORDER_ALREADY_RETRIED: 409,
  STOCK_WOULD_BE_NEGATIVE: 409,
  UNAVAILABLE: 503,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
};

/** Fastify's words for a body it could not take, in ours. */
const BODY_FAULTS: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send JSON, with the header content-type: application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty: send a JSON object',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not valid JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as its content-length says',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is larger than this server takes',
  FST_ERR_BAD_URL: 'the path is not a valid URL',
};

export function httpFaultOf(fault: unknown): HttpFault {
  const error = isDatabaseAway(fault) ? databaseAway(fault) : fault;
  if (isRequestError(error)) {
    return {
      status: STATUS[error.code],
      body: {
        error: error.message,
        code: error.code,
        ...(error.field === undefined ? {} : { field: error.field }),
      },
      ...(error.retryAfterS === undefined ? {} : { retryAfterS: error.retryAfterS }),
      isInternal: false,
    };
  }
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return {
      status: statusCode,
      body: { error: BODY_FAULTS[code ?? ''] ?? message ?? 'the request cannot be served' },
      isInternal: false,
    };
  }
  return {
    status: 500,
    body: { error: 'internal fault: see the log of the service', code: 'INTERNAL' },
    isInternal: true,
  };
}
