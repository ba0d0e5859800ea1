/** The broker port and its adapters, for readers and writers of topics that keep no database. */
export * from './broker.ts';
export * from './deliveries.ts';
export * from './kafka/index.ts';
export * from './memory/index.ts';
export * from './signatures/message-signatures.ts';
