export * from './dead-letters.ts';
export * from './decode-json.ts';
export * from './inbox.ts';
export * from './intake.ts';
export type { Entry, MessageFault } from './lanes/entry.ts';
export { Lanes } from './lanes/lanes.ts';
export type { LanesOptions } from './lanes/lanes-options.ts';
export { OffsetTracker, type PartitionOffset } from './offset-tracker.ts';
export { createOperations, type Operations } from './operations/operations.ts';
export type { Retention } from './operations/purge.ts';
export type { OutboxMessage, OutboxRef } from './outbox/outbox-message.ts';
export { Relay, type RelayOptions } from './outbox/relay.ts';
export { type OutboxClaims, Sweeper } from './outbox/sweeper.ts';
export * from './pipeline.ts';
export type { Row, Sql, Statement } from './postgres/connection.ts';
export { MESSAGING_ENTITIES } from './postgres/entities.ts';
export { answerInbox, insertInbox, selectInbox } from './postgres/inbox-sql.ts';
export { OPERATIONS_TABLES } from './postgres/operations-schema.ts';
export { postgresPipelineStore } from './postgres/pipeline-store.ts';
export { MESSAGING_TABLES } from './postgres/schema.ts';
export {
  openPostgresSession,
  openTurnSession,
  type TurnConnection,
  type TurnSql,
} from './postgres/session.ts';
export * from './runtime.ts';
export * from './session.ts';
export * from './signatures/message-signatures.ts';
export * from './transport.ts';
export * from './working-set.ts';
