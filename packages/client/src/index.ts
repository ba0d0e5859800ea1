export type { Answer } from './ask.ts';
export * from './follow-order.ts';
export * from './gateway-client.ts';
export { GatewayError, isGatewayError, type OrderProblem, OrderRefusedError } from './gateway-error.ts';
export * from './generated/operations.ts';
export * from './place-order.ts';
export { newIdempotencyKey } from './random.ts';
export { inWords, type OrderInWords, type Said } from './words.ts';
