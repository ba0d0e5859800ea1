export * from './graphql.ts';
export * from './ids.ts';
export * from './operator.ts';
export * from './processes.ts';
export * from './products.ts';
export * from './rest.ts';
export * from './system.ts';
export * from './watching.ts';
