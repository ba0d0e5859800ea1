export { commandOf } from './command.ts';
export { defineSaga } from './define-saga.ts';
export * from './definition.ts';
export type { Flaw } from './definition-flaw.ts';
export { decide, startSaga } from './engine.ts';
export { commandId, idempotencyKey } from './ids.ts';
export * from './instance.ts';
export { isLegalTransition, isOver, NEXT_SAGA_STATUSES } from './status.ts';
