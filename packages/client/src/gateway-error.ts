import type { CreateOrderErrorCode } from './generated/operations.ts';

/** What went wrong on the way: an error of the gateway, or `NETWORK` when it could not be reached or hung up. */
export class GatewayError extends Error {
  /** `extensions.code` of the gateway's error, or NETWORK. */
  readonly code: string;
  /** To be quoted when asking for help; undefined where the gateway gave none. */
  readonly traceId: string | undefined;
  /** How long the gateway asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** Field names from the root, as in the query; undefined when the whole request failed. */
  readonly path: readonly (string | number)[] | undefined;

  constructor(
    code: string,
    message: string,
    more: {
      readonly traceId?: string | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly path?: readonly (string | number)[] | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.traceId = more.traceId;
    this.retryAfterMs = more.retryAfterMs;
    this.path = more.path;
  }

  /** Whether the same request may succeed a moment later. */
  get isPassing(): boolean {
    return PASSING.has(this.code);
  }
}

const PASSING: ReadonlySet<string> = new Set([
  'NETWORK',
  'SERVICE_UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'SUBSCRIBER_TOO_SLOW',
  'TOO_MANY_SUBSCRIPTIONS',
  'INTERNAL',
]);

export const isGatewayError = (error: unknown): error is GatewayError => error instanceof GatewayError;

export interface OrderProblem {
  readonly code: CreateOrderErrorCode;
  readonly message: string;
  /** Path of the input field it is about. */
  readonly field: readonly string[] | null;
}

/** Nothing was ordered, for reasons that the caller can mend. The idempotency key is free for a corrected order. */
export class OrderRefusedError extends Error {
  readonly code = 'ORDER_REFUSED';
  readonly problems: readonly OrderProblem[];

  constructor(problems: readonly OrderProblem[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.problems = problems;
  }
}

/** One entry of `errors` in an answer. */
export interface WireError {
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function gatewayErrorOf({ message, path, extensions }: WireError): GatewayError {
  const { code, traceId, retryAfterS } = extensions ?? {};
  return new GatewayError(typeof code === 'string' ? code : 'INTERNAL', message ?? 'no reason was given', {
    path,
    traceId: typeof traceId === 'string' ? traceId : undefined,
    retryAfterMs: typeof retryAfterS === 'number' ? retryAfterS * 1_000 : undefined,
  });
}

export const networkError = (what: string, cause?: unknown): GatewayError =>
  new GatewayError('NETWORK', what, { cause });
