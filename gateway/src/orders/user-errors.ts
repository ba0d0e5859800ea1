import type { CreateOrderErrorCode } from '../generated/resolvers.ts';

/** Something the caller of `createOrder` can mend. */
export interface PlaceOrderProblem {
  readonly code: CreateOrderErrorCode;
  readonly message: string;
  readonly field: string[] | null;
}

/** `problem('INVALID_QUANTITY', 'must …', 'lines', 0, 'quantity')`; without a path it is about no field. */
export const problem = (
  code: CreateOrderErrorCode,
  message: string,
  ...path: (string | number)[]
): PlaceOrderProblem => ({ code, message, field: path.length === 0 ? null : ['input', ...path.map(String)] });
