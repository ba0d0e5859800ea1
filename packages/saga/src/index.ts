export * from './definition.ts';
export * from './instance.ts';
